"""What lies beside a page: vendored libraries as they came, and files of ours by their digest."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from harness.errors import StoreError
from harness.report import assets
from harness.report.assets import STATIC, VENDOR, bring, libraries

ROOT = Path(__file__).resolve().parents[2]
LOCK = json.loads((ROOT / "tools/vendor/package-lock.json").read_bytes())["packages"]
PACKAGES = json.loads((ROOT / "tools/vendor/package.json").read_bytes())
FOLDERS = [VENDOR, ROOT / "tests/vendor", ROOT / "docs/vendor"]
ENTRIES = [
    pytest.param(folder, row, id=row["name"])
    for folder in FOLDERS
    for row in json.loads((folder / "vendor.json").read_bytes())
]


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("folder", "row"), ENTRIES)
def test_a_library_is_as_it_came(folder, row):
    """Script and licence have the digests that were noted when they were fetched."""
    assert sha256(folder / row["file"]) == row["sha256"]
    assert sha256(folder / row["text"]) == row["text_sha256"]


@pytest.mark.parametrize(("folder", "row"), ENTRIES)
def test_a_library_has_its_licence(folder, row):
    """The text begins with the package, its version and its licence, and is one."""
    text = (folder / row["text"]).read_text(encoding="utf-8")

    assert f"{row['version']} ({row['licence']})" in text.splitlines()[0]
    assert "copyright" in text.lower()


@pytest.mark.parametrize(("folder", "row"), ENTRIES)
def test_a_library_is_the_one_that_is_pinned(folder, row):
    """Its version is exact in package.json, and the lockfile holds it to a sha512."""
    package = row["source"].removeprefix("pkg:npm/").partition("#")[0].replace("%40", "@")
    name = package.removesuffix(f"@{row['version']}")
    entry = LOCK[f"node_modules/{name}"]

    pinned = {**PACKAGES["dependencies"], **PACKAGES["devDependencies"]}
    assert pinned[name] == entry["version"] == row["version"]
    assert entry["integrity"].startswith("sha512-")


@pytest.mark.parametrize("folder", FOLDERS, ids=["pages", "tests", "documents"])
def test_nothing_else_lies_among_the_libraries(folder):
    """Every file there is in vendor.json, so that none escapes its digest."""
    rows = json.loads((folder / "vendor.json").read_bytes())
    named = {name for row in rows for name in (row["file"], row["text"])}

    assert {path.name for path in folder.iterdir()} == {*named, "vendor.json"}


def test_no_library_is_an_optional_build():
    """Every package that is pinned lies in one of the folders."""
    pinned = {*PACKAGES["dependencies"], *PACKAGES["devDependencies"]}

    assert len(ENTRIES) == len(pinned)


def test_the_wheel_holds_them():
    """What is installed has every script, style, licence and the list."""
    files = {
        Path(file.path).resolve()
        for file in WheelBuilder(str(ROOT)).recurse_selected_project_files()
    }

    assert {path for path in STATIC.rglob("*") if path.is_file()} <= files


def test_a_page_finds_what_it_names(tmp_path):
    """Each name has a relative address, in order, and the file lies there, with the licences."""
    laid = bring(tmp_path, ["vega-lite", "openseadragon"])

    assert list(laid) == ["vega-lite", "openseadragon"]
    for library in libraries():
        if library.name in laid:
            assert laid[library.name] == f"assets/{library.name}-{library.version}.js"
            assert sha256(tmp_path / laid[library.name]) == library.sha256
    told = (tmp_path / "assets/THIRD_PARTY.txt").read_text(encoding="utf-8")
    assert "OpenSeadragon contributors" in told
    assert "json-stringify-pretty-compact" in told
    assert "Caleb Porzio" not in told


def test_two_pages_of_a_folder_have_all_their_licences(tmp_path):
    """What one page brought stays told when another brings more."""
    bring(tmp_path, ["openseadragon"])
    bring(tmp_path, ["alpinejs-csp"])

    told = (tmp_path / "assets/THIRD_PARTY.txt").read_text(encoding="utf-8")
    assert "OpenSeadragon contributors" in told
    assert "Caleb Porzio" in told


def test_a_file_of_ours_bears_its_digest(tmp_path, monkeypatch):
    """Other bytes have another name, and the page of yesterday keeps its own."""
    monkeypatch.setattr(assets, "STATIC", tmp_path / "static")
    own = tmp_path / "static/review/store.js"
    own.parent.mkdir(parents=True)
    own.write_text("first", encoding="utf-8")
    first = bring(tmp_path / "r", ["review/store.js"])["review/store.js"]
    own.write_text("second", encoding="utf-8")

    second = bring(tmp_path / "r", ["review/store.js"])["review/store.js"]

    assert first != second
    assert first.startswith("assets/review-store.")
    assert (tmp_path / "r" / first).read_text(encoding="utf-8") == "first"
    assert (tmp_path / "r" / second).read_text(encoding="utf-8") == "second"


def test_another_file_system_gets_a_copy(tmp_path, monkeypatch):
    """Where nothing can be linked, the bytes are copied."""

    def refuse(*_):
        raise OSError("cross-device link")

    monkeypatch.setattr(os, "link", refuse)

    laid = bring(tmp_path, ["vega-interpreter"])

    path = tmp_path / laid["vega-interpreter"]
    assert sha256(path) == next(x.sha256 for x in libraries() if x.name == "vega-interpreter")
    assert path.stat().st_nlink == 1


def test_a_strange_file_in_its_place_is_replaced(tmp_path):
    """Bringing again mends what was cut short, and leaves nothing beside."""
    href = bring(tmp_path, ["vega-interpreter"])["vega-interpreter"]
    (tmp_path / href).unlink()
    (tmp_path / href).write_text("cut", encoding="utf-8")

    bring(tmp_path, ["vega-interpreter"])
    bring(tmp_path, ["vega-interpreter"])

    assert (tmp_path / href).stat().st_size > 3
    assert len(list((tmp_path / "assets").iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    """The error says where."""
    (tmp_path / "assets").write_text("in the way", encoding="utf-8")

    with pytest.raises(StoreError, match="assets"):
        bring(tmp_path, ["vega"])
