"""Find the commands of a document: what to type, what it ends with, and what is shown below it."""

import re
import shlex
from dataclasses import dataclass

FENCE = re.compile(r"^([ ]*)```([a-z]*)[^\n]*\n(.*?)^\1```[ ]*$", re.MULTILINE | re.DOTALL)
SHELLS = ("console", "sh", "bash")
SAID = re.compile(r"\bexit ([0-9]+(?:(?:, | or )[0-9]+)*)\b")
"""In the remark behind a command: what it ends with, where that is not 0."""
TYPED = re.compile(r"(?:[A-Z_]+=\S* )*(?:harness|pip|pytest|make|git|python|curl|export|cp) (?=\S)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a document.

    Attributes:
        line: Where it stands, from 1.
        text: What is typed, without the remark behind it.
        codes: What it may end with.
        shown: The lines that the document shows below it.
    """

    line: int
    text: str
    codes: tuple[int, ...]
    shown: tuple[str, ...]


def blocks(text, *languages):
    """Give the fenced blocks in these languages: first line's number, and text without indent."""
    for match in FENCE.finditer(text):
        if match[2] in languages:
            body = re.sub(rf"^{match[1]}", "", match[3], flags=re.MULTILINE)
            yield text.count("\n", 0, match.start(3)) + 1, body


def commands(text):
    """Give the commands of a document's console blocks, in order."""
    return [one for line, body in blocks(text, *SHELLS) for one in _of_block(line, body)]


def _of_block(line, body):
    """Read a block: with `$ ` all else is shown; without, every line is typed."""
    prompted = re.search(r"^\$ ", body, re.MULTILINE) is not None
    found = []
    lines = iter(enumerate(body.split("\n"), line))
    for number, said in lines:
        typed = said.removeprefix("$ ") if not prompted or said.startswith("$ ") else None
        if typed is None:
            found[-1][2].append(said)
        elif typed.strip() and not typed.startswith("#"):
            while typed.endswith("\\"):
                typed = f"{typed[:-1].rstrip()} {next(lines)[1].strip()}"
            found.append((number, typed, []))
    return [_command(*one) for one in found]


def _command(number, typed, shown):
    text, _, remark = typed.partition(" #")
    code = SAID.search(remark)
    return Command(
        line=number,
        text=text.strip(),
        codes=tuple(map(int, re.findall("[0-9]+", code[1]))) if code else (0,),
        shown=tuple(line for line in shown if line.strip()),
    )


def unmarked(text):
    """Give the lines of blocks in no language that look typed: nobody would run them."""
    return [
        said
        for _, body in blocks(text, "")
        for said in body.split("\n")
        if said.startswith("$ ") or TYPED.match(said)
    ] + re.findall(rf"^    (?:\$ )?({TYPED.pattern}.*)$", outside(text), re.MULTILINE)


def outside(text):
    """Give a document without its fenced blocks."""
    return FENCE.sub("", text)


def words(command):
    """Split a command as a shell does, without variables before it."""
    found = shlex.split(command.rstrip("& "))
    while found and re.match(r"[A-Z_]+=", found[0]):
        found.pop(0)
    return found


def missing_lines(shown, printed):
    """Give what a document shows and the command did not print, in that order.

    Words have to be the same, in the same order of lines; figures, times and ids may be others,
    but for a place in a list, such as [1].
    """
    rest = iter([_bare(line) for line in printed.split("\n")])
    return [line for line in shown if line.strip() != "..." and not _found(_bare(line), rest)]


def _found(wanted, rest):
    return any(wanted == line or (wanted and wanted in line) for line in rest)


def _bare(line):
    line = re.sub(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}|\b[0-9a-f]{8,64}\b", "ID", line)
    line = re.sub(r"(?<![\[0-9])[0-9]+(?:[.,:-][0-9]+)*|(?<![0-9a-z])\.[0-9]+", "N", line)
    return " ".join(line.rstrip(" .…").split())
