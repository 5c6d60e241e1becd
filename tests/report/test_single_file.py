"""A page and all that it loads, in one file."""

import base64
import hashlib
import os
import re

import pytest

from harness.errors import UsageError
from harness.report import single_file as module
from harness.report.single_file import single_file

A, B = "a" * 64, "b" * 64
PAGE = f"""<!DOCTYPE html>
<html><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; \
img-src 'self' data:; style-src 'self' 'unsafe-inline'">
<link rel="stylesheet" href="assets/page.css">
<style>p {{ color: red }}</style>
<script defer src="assets/first.js"></script>
<script defer src="assets/second.js"></script>
</head><body>
<a href="img/aa/{A}.preview.webp"><img src="img/aa/{A}.thumb.webp" alt="a"></a>
<a class="pair" href="review.html#item=s/b"><b>A</b><img alt="b" src="img/bb/{B}.thumb.webp"></a>
<a href="img/aa/{A}.jpg">original</a> <a href="#there">there</a> <a href="https://x.org/">x</a>
<p>src=&#34;img/odd.webp&#34;</p>
</body></html>
"""


@pytest.fixture
def folder(tmp_path):
    """Give a report of one page, two pictures, a style and two scripts."""
    (tmp_path / "assets").mkdir()
    for name in (f"aa/{A}", f"bb/{B}"):
        (tmp_path / "img" / name).parent.mkdir(parents=True)
        for kind in ("thumb", "preview"):
            (tmp_path / "img" / f"{name}.{kind}.webp").write_bytes(f"{kind} {name}".encode())
    (tmp_path / "assets" / "page.css").write_text("b { color: blue }")
    (tmp_path / "assets" / "first.js").write_text('const end = "</script>";')
    (tmp_path / "assets" / "second.js").write_text("second();")
    (tmp_path / "assets" / "THIRD_PARTY.txt").write_text("MIT, <!-- of others -->")
    (tmp_path / "index.html").write_text(PAGE)
    return tmp_path


def test_nothing_lies_outside_the_file(folder):
    """No address of a picture, script or style is left, and the folder's other pages neither."""
    page = single_file(folder, "index.html").decode()

    assert not re.search(r'\s(?:src|href)="(?!data:|#|https:)', page)
    assert "<link" not in page
    assert page.count("data:image/webp;base64,") == 4
    assert base64.b64encode(f"preview aa/{A}".encode()).decode() in page


def test_a_thumb_leads_to_its_preview(folder):
    """Also where it led to the page on which people decide; the rest stays a word."""
    page = single_file(folder, "index.html").decode()

    assert f'<a href="#p-{A}"><img' in page
    assert f'<span class="pair"><b>A</b><a href="#p-{B}"><img' in page
    assert page.count('class="whole-picture"') == 2
    assert f'<a title="in the report\'s folder: img/aa/{A}.jpg">original</a>' in page
    assert '<a href="#there">there</a> <a href="https://x.org/">x</a>' in page


def test_scripts_and_styles_are_allowed_by_their_digests(folder):
    """The policy names each of them, and no script or style besides."""
    page = single_file(folder, "index.html").decode()

    policy = re.search(r'Policy" content="([^"]*)"', page)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        held = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in held]
        assert rules[rule].split() == [f"'sha256-{digest}'" for digest in digests]
    assert rules["img-src"] == "data:"
    assert "unsafe-inline" not in rules["style-src"]


def test_scripts_stand_in_order_at_the_end_and_end_where_they_end(folder):
    """They come behind the page that they work on; a text in one closes no element."""
    page = single_file(folder, "index.html").decode()

    _, tail = page.split("original</a>")
    assert tail.index("const end") < tail.index("second();")
    assert r'"\x3c/script>"' in tail
    assert r"MIT, \x3c!-- of others -->" in tail


def test_search_suggestions_keep_their_own_styles(folder):
    """What a search brought must be shown as it came: its frame takes the page's policy."""
    (folder / "index.html").write_text(PAGE.replace("<p>", '<iframe srcdoc="x"></iframe><p>'))

    page = single_file(folder, "index.html").decode()

    assert "style-src 'self' 'unsafe-inline'" in page


def test_what_would_be_too_large_is_refused_before_it_is_read(folder, monkeypatch):
    """The sizes alone tell it; the message says what to do instead."""
    large = folder / "img" / "aa" / f"{A}.preview.webp"
    os.truncate(large, 80_000_000)
    read = []
    monkeypatch.setattr(module, "_inline", lambda *args: read.append(args))

    with pytest.raises(UsageError, match=r"weigh 106\.7 MB, more than 100\.0 MB; ask for less"):
        single_file(folder, "index.html")

    assert read == []
