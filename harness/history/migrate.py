"""Bring the tables of a history to a version, up or down."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from harness.history.database import version_of

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, *, to: str) -> None:
    """Migrate within the transaction of `connection`.

    Args:
        connection: To the database.
        to: A version; `"head"` for the newest one, `"base"` for no tables at all.
    """
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    if to == "base" or (to != "head" and to < version_of(connection)):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)
