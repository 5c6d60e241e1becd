"""Write the pages of the documents that are made from the program: suite and command line.

`python -m tools.docs_reference` writes them; a test holds them against what it would write.
"""

from pathlib import Path

from tools import docs_commands, docs_suite

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {"command-line.md": docs_commands.page, "suite-reference.md": docs_suite.page}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
