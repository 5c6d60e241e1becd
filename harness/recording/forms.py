"""Name the forms in which stock vcrpy keeps its cassettes."""

from enum import StrEnum


class Form(StrEnum):
    """What stock vcrpy reads; also the ending of the file."""

    YAML = "yaml"
    JSON = "json"
