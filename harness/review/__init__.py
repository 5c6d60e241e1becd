"""The review page with a saver behind it: who gets in, what is served, what is kept."""
