"""Write docs/command-line.md: every verb with its flags, from the program itself."""

from collections.abc import Iterator
from typing import Any

import typer.main

from harness.cli.main import EPILOG, app

HEAD = f"""\
# Command line

<!-- made by `python -m tools.docs_reference` from the program itself; not written by hand -->

`harness VERB`. Results go to stdout, everything else to stderr; `--json` is one document on
stdout. The last lines of a verb are its verdict, the report's path and the next command.
`harness VERB --help` says the same as this page. {EPILOG}
What to do about each: [states and exit codes](states.md).

| verb | does |
| --- | --- |
"""


def page() -> str:
    """Give the page: a table of the verbs, then each with its arguments and flags."""
    verbs = list(_verbs("harness", typer.main.get_command(app)))
    rows = [f"| [`{name}`](#{_anchor(name)}) | {_first(verb)} |" for name, verb in verbs]
    return HEAD + "\n".join(rows) + "\n" + "".join(_section(*verb) for verb in verbs)


def _verbs(name: str, verb: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # typer's own
    if not hasattr(verb, "commands"):
        yield name, verb
        return
    for word in sorted(verb.commands):
        yield from _verbs(f"{name} {word}", verb.commands[word])


def _section(name: str, verb: Any) -> str:  # noqa: ANN401  # typer's own
    context = verb.context_class(verb, info_name=name)
    said = [part.replace("\n", " ").strip() for part in verb.help.split("\n\n")]
    rows = [param.get_help_record(context) for param in verb.params if not param.hidden]
    table = [f"| `{_bare(left)}` | {_text(_bare(right))} |" for left, right in filter(None, rows)]
    parts = [f"\n## {name}", *map(_text, said)]
    if table:
        parts.append("\n".join(["| argument or flag | says |", "| --- | --- |", *table]))
    return "\n\n".join(parts) + "\n"


def _first(verb: Any) -> str:  # noqa: ANN401  # typer's own
    return _text(verb.help.split("\n\n")[0].replace("\n", " ").strip())


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _bare(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _text(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*") if "`" not in text else text
