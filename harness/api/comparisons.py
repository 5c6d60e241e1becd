"""Show a comparison to a notebook or a script: what differs, in words and as a page."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from harness.api.place import Place
from harness.api.scripts import once
from harness.evaluate.compare import Compared
from harness.evaluate.compare_files import check_files, write_files
from harness.evaluate.workspace import Workspace
from harness.model.comparison import Comparison as Found
from harness.model.suite import Suite
from harness.report.comparison_words import verdict
from harness.report.notebook import comparison_fragment
from harness.report.words import visible
from harness.store.codec import encode


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Comparison:
    """Two recordings or arms held against each other, as `harness.compare` gives it.

    In Jupyter and VS Code it shows itself as a table, elsewhere as one line.

    Attributes:
        compared: What came of it, as the rest of the harness passes it on.
        suites: What was compared.
        workspace: Where it is recorded.
    """

    compared: Compared = field(repr=False)
    suites: tuple[Suite, ...] = field(repr=False)
    workspace: Workspace = field(repr=False)

    @property
    def found(self) -> Found:
        """Everything that was found: `sides`, `pairs`, `differences`, `pictures` and more."""
        return self.compared.comparison

    @property
    def changed(self) -> bool:
        """Whether anything was found: contract, delivery, pictures, or a worse prompt."""
        return self.found.changed

    @property
    def undecided(self) -> bool:
        """Whether there was too little to say anything of the pictures or the prompts."""
        return self.found.undecided

    @property
    def exit_code(self) -> int:
        """The exit code that `harness compare` would have: 1 changed, 3 too little, 0 neither."""
        if self.changed:
            return 1
        return 3 if self.undecided else 0

    @property
    def said(self) -> tuple[str, ...]:
        """The answers, a sentence each: contract, delivery, pictures, what follows."""
        return self.found.said

    @property
    def unseen(self) -> tuple[str, ...]:
        """What such a comparison cannot see, a sentence each."""
        return self.found.unseen

    @once
    def report(self, path: Place) -> Path:
        """Write the comparison as a page that stands alone.

        Args:
            path: The file, ending in `.html`; from the current folder.

        Returns:
            The page to open.

        Raises:
            UsageError: another ending.
            StoreError: it cannot be written.
        """
        page = Path(path)
        check_files(None, page)
        files = write_files(
            self.compared, dossier=None, page=page, suites=self.suites, workspace=self.workspace
        )
        return files["page"]

    def to_dict(self) -> dict[str, object]:
        """Give everything as plain values: the document that `harness compare --json` gives."""
        head = {"format": "gemini-image-harness/comparison", "version": 1}
        return {**head, "comparison": encode(self.found)}

    def to_json(self, *, indent: int | None = 1) -> str:
        """Give the same as JSON text."""
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False)

    def __repr__(self) -> str:
        return f"<Comparison {visible(verdict(self.found))}>"

    def _repr_html_(self) -> str:
        return comparison_fragment(self.found)
