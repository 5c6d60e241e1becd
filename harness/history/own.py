"""Name the file of a workspace's own history: whoever only looks for it loads no SQLAlchemy."""

FILE = "history.db"
