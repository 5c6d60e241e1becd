"""Bring the tables of a history to a version, up or down."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, *, to: str) -> None:
    """Migrate within the transaction of `connection`.

    Args:
        connection: To the database.
        to: `"head"` for the newest version, `"base"` for no tables at all.
    """
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    if to == "base":
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)
