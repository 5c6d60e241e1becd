"""Write a suite as YAML 1.2 for people."""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter

HEAD = "# yaml-language-server: $schema=harness.schema.json\n"


class _Plain(RoundTripRepresenter):
    """Write what stands twice twice: people read no `&id001`."""

    def ignore_aliases(self, data: object) -> bool:
        """Make no alias of anything."""
        return True


def suite_yaml(document: Mapping[str, Any]) -> str:
    """Write a suite's document; what was read back of it equals `document`."""
    yaml = YAML()
    yaml.Representer = _Plain
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 100
    stream = StringIO()
    yaml.dump(dict(document), stream)
    return HEAD + stream.getvalue()
