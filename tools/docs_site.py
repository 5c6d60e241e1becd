"""Let the documents be a site: what they link to outside docs/ becomes a page or a file of it.

MkDocs runs this beside mkdocs.yml. On GitHub the same links lead to the same files.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
DOCS, BESIDE = "docs/", "repository/"
"""Where the documents lie in the repository, and where the site has what lies outside them."""
LINK = re.compile(r"(?<=\]\()(?!https?:|#)([^)\s#]+)")


def on_files(files: Files, *, config: Any) -> Files:  # noqa: ANN401  # MkDocs's own
    """Add the files outside docs/ that are linked to, and those that they link to."""
    due = [file for file in files if file.src_uri.endswith(".md")]
    while due:
        page = due.pop()
        for link in LINK.findall(page.content_string):
            place = _in_repository(link, page.src_uri)
            uri = _on_site(place)
            if files.get_file_from_path(uri) is None and (ROOT / place).is_file():
                added = File.generated(config, uri, abs_src_path=str(ROOT / place))
                files.append(added)
                due += [added] if uri.endswith(".md") else []
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: object) -> str:  # noqa: ANN401
    """Point links to where the site has the file."""
    uri = page.file.src_uri

    def pointed(match: re.Match[str]) -> str:
        target = _on_site(_in_repository(match[1], uri))
        return posixpath.relpath(target, posixpath.dirname(uri) or ".")

    return LINK.sub(pointed, markdown)


def on_post_page(output: str, **_: object) -> str:
    """Give the theme's search a name, for who cannot see it."""
    search = 'data-md-component="search" role="dialog"'
    return output.replace(search, f'{search} aria-label="Search"')


def _in_repository(link: str, uri: str) -> str:
    """Give where a page's link leads, from the root of the repository."""
    here = uri.removeprefix(BESIDE) if uri.startswith(BESIDE) else DOCS + uri
    return posixpath.normpath(posixpath.join(posixpath.dirname(here), link))


def _on_site(place: str) -> str:
    """Give where the site has a file of the repository."""
    return place.removeprefix(DOCS) if place.startswith(DOCS) else BESIDE + place
