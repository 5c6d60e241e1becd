"""Put a page and all that it loads into one file that can be sent on."""

import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from harness.errors import StoreError, UsageError
from harness.report.assets import ASSETS, THIRD_PARTY
from harness.report.words import weight
from harness.store.files import read_bytes

LARGE = 20_000_000
"""Bytes from which on a file is slow to open and often refused by mail."""
TOO_LARGE = 100_000_000
"""Bytes above which none is written."""
_TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
_PICTURE = re.compile(r'(?<=\ssrc=")img/[^"]+(?=")')
_LINK = re.compile(r'(?<=\s)href="([^"#][^"]*)"')
_PREVIEW = re.compile(r"img/[0-9a-f]{2}/([0-9a-f]{64})\.preview\.webp")
_DECIDE = re.compile(r'<a\b([^>]*?)\shref="review\.html[^"]*"([^>]*)>(.*?)</a>', re.DOTALL)
_THUMB = re.compile(r'<img\b[^>]*\ssrc="(img/[0-9a-f]{2}/[0-9a-f]{64})\.thumb\.webp"[^>]*>')
_SCRIPT = re.compile(r'<script\b[^>]*\ssrc="([^"]+)"[^>]*></script>\n?')
_SHEET = re.compile(r'<link\b[^>]*\srel="stylesheet"[^>]*>')
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)')
_OWN = """
.whole-picture{display:none}
.whole-picture:target{display:grid;grid-template-rows:auto 1fr;position:fixed;inset:0;z-index:99;
margin:0;padding:.5rem;background:Canvas;color:CanvasText}
.whole-picture img{width:100%;height:100%;min-height:0;object-fit:contain}
.whole-picture a{justify-self:end;padding:.5rem 1rem;color:inherit}
a.go:not([href]){display:none}
.compact .half>a,.compact .half>a>img{display:block}
.compact .half>a>img{width:100%;height:auto;max-height:200px;object-fit:contain}
.compact .half>a>img{background:var(--shade)}
@media print{.compact .half>a>img{height:48mm;max-height:48mm}}
@media print{.whole-picture:target{display:none}}
"""


def single_file(folder: Path, page: str) -> bytes:
    """Give a page of a report with its pictures, scripts and styles within it.

    Thumbs stand where they stood, previews once each at the end, opened by a link to them.
    Links to other files lead nowhere in one file: their words stay.

    Args:
        folder: The report's, as it was written.
        page: The page's file in it.

    Raises:
        UsageError: it would weigh more than 100 MB; nothing was read but the sizes.
        StoreError: a file is absent.
    """
    text = _read(folder / page).decode()
    text = _DECIDE.sub(lambda found: _enlarged(folder, found), text)
    previews = tuple(
        dict.fromkeys(href for href in _LINK.findall(text) if _PREVIEW.fullmatch(href))
    )
    _weigh(folder, text, previews)
    scripts = [_script(folder, name) for name in _SCRIPT.findall(text)]
    text = _SHEET.sub(lambda found: _styled(folder, found[0]), _SCRIPT.sub("", text))
    text = _LINK.sub(_target, text)
    text = _PICTURE.sub(lambda found: _inline(folder, found[0]), text)
    foot = "".join(_figure(folder, href) for href in previews)
    foot += _licences(folder) if scripts else ""
    foot += "".join(f"<script>{script}</script>\n" for script in scripts)
    text = text.replace("</head>", f"<style>{_OWN}</style>\n</head>", 1)
    head, end, tail = text.rpartition("</body>")
    return _POLICY.sub(
        lambda found: _allow(found, text, scripts), head + foot + end + tail
    ).encode()


def _enlarged(folder: Path, found: "re.Match[str]") -> str:
    """Lead from each thumb to its preview, where all led to a page that is not in the file."""

    def linked(thumb: "re.Match[str]") -> str:
        preview = f"{thumb[1]}.preview.webp"
        held = (folder / preview).is_file()
        return f'<a href="{preview}">{thumb[0]}</a>' if held else thumb[0]

    before, behind, inner = found.groups()
    thumbs = _THUMB.search(inner)
    return f"<span{before}{behind}>{_THUMB.sub(linked, inner)}</span>" if thumbs else found[0]


def _weigh(folder: Path, text: str, previews: Iterable[str]) -> None:
    """Refuse what would be too large, before anything is read."""
    counts = Counter(_PICTURE.findall(text)) + Counter(previews)
    size = len(text.encode())
    size += sum(_size(folder / href) * 4 // 3 * count for href, count in counts.items())
    size += sum(_size(folder / name) for name in _SCRIPT.findall(text))
    if size > TOO_LARGE:
        raise UsageError(
            f"--single-file: it would weigh {weight(size)}, more than {weight(TOO_LARGE)}; "
            "ask for less (--images thumb, --include failed,changed), or send the folder"
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror or error})") from error


def _read(path: Path) -> bytes:
    return read_bytes(path, limit=TOO_LARGE)


def _inline(folder: Path, href: str) -> str:
    kind = _TYPES.get(href.rpartition(".")[2], "application/octet-stream")
    return f"data:{kind};base64,{base64.b64encode(_read(folder / href)).decode()}"


def _script(folder: Path, name: str) -> str:
    """Give a script as it may stand in a page: nothing in it ends the element."""
    text = _read(folder / name).decode()
    return re.sub(r"<(?=/script|!--)", r"\\x3c", text, flags=re.IGNORECASE)


def _licences(folder: Path) -> str:
    """Give the licences of the libraries that the page holds: they go wherever those go."""
    path = folder / ASSETS / THIRD_PARTY
    if not path.is_file():
        return ""
    text = _script(folder, f"{ASSETS}/{THIRD_PARTY}")
    return f'<script type="text/plain" id="third-party">{text}</script>\n'


def _styled(folder: Path, link: str) -> str:
    found = re.search(r'\shref="([^"]+)"', link)
    return f"<style>{_read(folder / found[1]).decode()}</style>" if found else ""


def _target(found: "re.Match[str]") -> str:
    """Lead to the preview at the end; what is in no file of ours leads nowhere."""
    preview = _PREVIEW.fullmatch(found[1])
    if preview:
        return f'href="#p-{preview[1]}"'
    is_elsewhere = found[1].startswith(("https:", "http:", "data:"))
    return found[0] if is_elsewhere else f'title="in the report\'s folder: {found[1]}"'


def _figure(folder: Path, href: str) -> str:
    name = Path(href).name.partition(".")[0]
    alt = html.escape(f"preview of picture {name[:8]}")
    return (
        f'<figure class="whole-picture" id="p-{name}"><a href="#_">✖ close</a>'
        f'<img src="{_inline(folder, href)}" alt="{alt}" loading="lazy" decoding="async">'
        "</figure>\n"
    )


def _allow(found: "re.Match[str]", text: str, scripts: list[str]) -> str:
    """Allow the scripts and styles that stand in the page, by their digests, and no others."""
    rules = dict(rule.strip().partition(" ")[::2] for rule in found[2].split(";") if rule.strip())
    rules["img-src"] = "data:"
    if scripts:
        rules["script-src"] = " ".join(map(_digest, scripts))
    if "srcdoc=" not in text:  # what search suggestions bring has styles of its own
        rules["style-src"] = " ".join(map(_digest, _STYLE.findall(text)))
        rules["style-src-attr"] = "'unsafe-inline'"
    return found[1] + "; ".join(f"{name} {value}" for name, value in rules.items()) + found[3]


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
