"""Write what the proofs of drift found to reports/prove/drift.json and drift.md."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from machine import ROOT, circumstances

FOLDER = ROOT / "reports" / "prove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of a proof.

    Attributes:
        what: Was measured.
        found: The figure, worded.
        limit: That it was held against; empty for none.
        holds: It was kept.
    """

    what: str
    found: str
    limit: str = ""
    holds: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table: its name, how it was made, its rows."""

    name: str
    how: str
    rows: tuple[Row, ...]

    @property
    def holds(self) -> bool:
        """Every row does."""
        return all(row.holds for row in self.rows)


def kept(section: Section) -> Section:
    """Write a section, in the place of what it said before; the others stay."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "drift.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[section.name] = {"circumstances": circumstances()} | asdict(section)
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    (FOLDER / "drift.md").write_text(_markdown(list(known.values())), encoding="utf-8")
    for row in section.rows:
        mark = "holds" if row.holds else "FAILS"
        print(f"{mark}  {section.name}: {row.what}: {row.found} {row.limit}", flush=True)
    return section


def _markdown(sections: Sequence[dict[str, object]]) -> str:
    lines = ["# Drift: proofs"]
    for section in sections:
        about = section["circumstances"]
        lines += ["", f"## {section['name']}", "", str(section["how"]), ""]
        lines += [f"Of {about['commit']}, {about['at']}, {about['machine']}.", ""]
        lines += ["| what | found | limit | holds |", "|---|---|---|---|"]
        for row in section["rows"]:
            holds = "yes" if row["holds"] else "**no**"
            lines.append(f"| {row['what']} | {row['found']} | {row['limit']} | {holds} |")
    return "\n".join(lines) + "\n"
