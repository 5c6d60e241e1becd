"""Turn a run into pages: HTML, JUnit XML, Markdown, and a line for the terminal."""
