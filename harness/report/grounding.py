"""Show what search brought: queries, sources, and Google's search suggestions in a sandbox.

Google asks that its suggestions are shown as they come wherever a grounded answer is
shown, and that a tap on one leads to the search. They are HTML from the wire all the
same. So they are rebuilt from the few tags and attributes that they need, and stand in
a frame whose sandbox runs no script, sends no form, and has no origin. Of a sandbox's
rights it has two: a link may open a new tab (`allow-popups`), and that tab is none of
the sandbox (`allow-popups-to-escape-sandbox`), for a search page without script is
none. Only links over https to Google's own hosts are left to be followed; others stay
as words.
"""

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from harness.model.generation import Generation, Grounding
from harness.model.run import Judged
from harness.report.answer_views import GroundingView
from harness.report.shots import label
from harness.report.views import Link
from harness.report.words import visible

_HEAD = (
    '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
)
_VOID = frozenset({"br"})
_TAGS = _VOID | {
    "a", "b", "circle", "div", "em", "g", "i", "li", "ol", "p", "path", "rect", "span",
    "strong", "style", "svg", "ul",
}  # fmt: skip
"""A `link`, `meta` or `iframe` opens a connection before any sandbox or policy is asked."""
_ATTRIBUTES = frozenset(
    {
        "class", "title", "lang", "dir", "width", "height", "viewbox", "fill", "fill-rule",
        "clip-rule", "d", "cx", "cy", "r", "x", "y", "transform", "opacity", "aria-hidden",
    }
)  # fmt: skip
_LOADS = re.compile(r"@import|url\s*\(|image-set\s*\(|[\\&<]", re.IGNORECASE)
"""What in a style sheet or an attribute could load something, or hide that it does."""
_LONGEST = 100_000
"""Characters of suggestions; a real one has 5,000."""


def groundings(judged: Judged) -> tuple[GroundingView, ...]:
    """Give what search brought into every answer of a variant."""
    return tuple(
        _grounding(label(sample, judged.variant), sample.generation, sample.generation.grounding)
        for sample in judged.samples
        if sample.generation is not None and sample.generation.grounding is not None
    )


def _grounding(name: str, generation: Generation, grounding: Grounding) -> GroundingView:
    return GroundingView(
        label=name,
        queries=tuple(query or "(an empty query)" for query in grounding.queries),
        sources=tuple(_link(source.uri, source.title) for source in grounding.sources),
        suggestions=suggestions(grounding.suggestions_html),
        text=_text(generation),
    )


def _text(generation: Generation) -> str:
    """Give the answer's text, with a line's end where a picture stands within it."""
    final = (part for part in generation.parts if not part.thought)
    return "".join("\n" if part.picture else part.text or "" for part in final).strip()


def _link(uri: str, title: str) -> Link:
    """Link web addresses only: `javascript:` and `data:` stay text."""
    return Link(href=uri if _parted(uri)[0] in {"http", "https"} else "", text=title or uri)


def _parted(uri: str) -> tuple[str, str]:
    """Give an address's scheme and host; nothing where it is none."""
    try:
        parts = urlsplit(uri)
        return parts.scheme, parts.hostname or ""
    except ValueError:
        return "", ""


def suggestions(html: str) -> str:
    """Rebuild search suggestions from what they need; empty for none."""
    if not html.strip():
        return ""
    rebuilding = _Rebuilding()
    rebuilding.feed(visible(html[:_LONGEST]))
    rebuilding.close()
    return _HEAD + "".join(rebuilding.out)


class _Rebuilding(HTMLParser):
    """Keeps the tags and attributes that are allowed, and text; everything else is text too."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.out.append(escape(self.get_starttag_text() or ""))
            return
        self._style = tag == "style"
        kept = [_attribute(name, value or "") for name, value in attrs]
        if tag == "a":
            kept += _followed(dict(attrs).get("href") or "")
        self.out.append(f"<{tag}{''.join(kept)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _TAGS:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _TAGS - _VOID:
            self.out.append(f"</{tag}>")
        self._style = False

    def handle_data(self, data: str) -> None:
        self.out.append(_sheet(data) if self._style else escape(data, quote=False))


def _attribute(name: str, value: str) -> str:
    allowed = name in _ATTRIBUTES and not _LOADS.search(value)
    return f' {name}="{escape(value)}"' if allowed else ""


def _sheet(css: str) -> str:
    """Keep a style sheet that loads nothing."""
    return "" if _LOADS.search(css) else css


def _followed(href: str) -> list[str]:
    """Let a link be followed where it leads to Google."""
    scheme, host = _parted(href)
    google = host == "google.com" or host.endswith(".google.com")
    if scheme != "https" or not google:
        return []
    return [f' href="{escape(href)}" target="_blank" rel="noopener noreferrer nofollow"']
