"""Tell the stories, one module each, and build what they need; nobody else builds."""
