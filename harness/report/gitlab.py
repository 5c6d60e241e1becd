"""Say notes as a code quality report, which GitLab shows at the lines of a merge request."""

import hashlib
import json
from collections.abc import Iterable

from harness.report.notes import Grade, Note

_SEVERITIES = {Grade.ERROR: "major", Grade.WARNING: "minor"}


def to_code_quality(notes: Iterable[Note]) -> str:
    """Give the JSON list that `artifacts: reports: codequality:` takes.

    A note's fingerprint is made of its file and title alone: GitLab then knows it again
    where its line or its figures moved.
    """
    return json.dumps([_issue(note) for note in notes], indent=1) + "\n"


def _issue(note: Note) -> dict[str, object]:
    name = f"{note.file}\n{note.title}"
    return {
        "description": f"{note.title}: {'; '.join(note.lines)}",
        "check_name": "harness",
        "fingerprint": hashlib.sha256(name.encode()).hexdigest(),
        "severity": _SEVERITIES[note.grade],
        "location": {"path": note.file, "lines": {"begin": max(1, note.line)}},
    }
