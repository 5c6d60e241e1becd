"""Cassettes that older harnesses wrote load for ever: golden files of each version.

`golden/v<n>` was written by the harness of that version and is never written again;
`expected.json` holds the sha256 of each body as it went over the wire.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.recording.cassette_file import VERSION
from harness.recording.cassettes import Cassettes
from harness.recording.packing import unpack
from harness.recording.skeletons import body_digest
from harness.store.blobs import BlobStore

GOLDEN = Path(__file__).parent / "golden"
VERSIONS = [f"v{n}" for n in range(1, VERSION + 1)]
DOCS = Path(__file__).parents[2] / "docs" / "files.md"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def cassettes(root):
    return Cassettes(root, suite="shop", recording="main")


def bodies(root):
    """Give every answer's bodies and digest, by its place, replaced ones too."""
    blobs = BlobStore(root / "blobs")

    def whole(packed):
        return unpack(packed, read=lambda name: blobs.get(blobs.ref(name)), where="golden")

    found = {}
    for item in (*cassettes(root).load(), *cassettes(root).replaced()):
        key = item.key
        name = f"{key.case}|{key.variant}|{key.sample}|{item.arm.endpoint}|{item.session}"
        request = whole(item.request.body)
        assert body_digest(request, operation=key.operation) == item.request_digest, name
        found[name] = {
            "request": sha256(request),
            "response": sha256(whole(item.response.body)),
            "digest": item.request_digest,
        }
    return found


def test_every_version_has_its_golden_files():
    """Who changes the format adds some, and leaves the older ones as they are."""
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_golden_files_load_byte_for_byte(version):
    """Bodies, digests, journal, replaced answers and sessions."""
    root = GOLDEN / version

    assert bodies(root) == json.loads((root / "expected.json").read_text())
    assert len(cassettes(root).sessions()) == 3


@pytest.mark.parametrize("version", VERSIONS)
def test_golden_files_can_be_recorded_into(version, tmp_path, interaction):
    """A journal is brought in, old files are parted: nothing else changes."""
    root = tmp_path / version
    shutil.copytree(GOLDEN / version, root)
    expected = json.loads((root / "expected.json").read_text())

    cassettes(root).compact()
    cassettes(root).write([interaction("matrix", variant="9:16,2K")])

    found = bodies(root)
    assert {name: body for name, body in found.items() if name in expected} == expected
    assert len(found) == len(expected) + 1
    written = {json.loads(p.read_text())["version"] for p in root.glob("shop/main/matrix*.json")}
    assert written == {VERSION}


def test_what_is_written_now_is_as_it_was(tmp_path):
    """The newest golden files come out the same when they are written anew, to the byte."""
    old, new = GOLDEN / VERSIONS[-1], tmp_path / "new"

    cassettes(new).write([i for i in cassettes(old).load() if i.key.case != "journal"])

    for path in sorted((old / "shop" / "main").glob("*.json")):
        assert (new / "shop" / "main" / path.name).read_bytes() == path.read_bytes(), path.name


WITHOUT = """
import sys
for name in ("vcr", "httpx", "yaml", "pydantic", "PIL", "numpy"):
    sys.modules[name] = None
from pathlib import Path
from harness.recording.cassettes import Cassettes
from harness.recording.packing import unpack
from harness.store.blobs import BlobStore
root = Path(sys.argv[1])
blobs = BlobStore(root / "blobs")
for item in Cassettes(root, suite="shop", recording="main").load():
    unpack(item.response.body, read=lambda name: blobs.get(blobs.ref(name)), where="golden")
    print(item.key.id)
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_cassettes_are_read_without_vcrpy(version):
    """Also where none of the larger packages can be imported at all."""
    words = [sys.executable, "-c", WITHOUT, str(GOLDEN / version)]

    done = subprocess.run(words, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(cassettes(GOLDEN / version).load())


@pytest.mark.parametrize("version", VERSIONS)
def test_the_reader_in_the_docs_reads_every_body(version, tmp_path):
    """It needs nothing but Python's standard library, and stands in docs/files.md whole."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    root = GOLDEN / version
    script = tmp_path / "read.py"
    script.write_text(code)

    done = subprocess.run(
        [sys.executable, "-S", "-I", script, root / "blobs", *root.glob("shop/main/*.json")],
        capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    read = set(re.findall(r"\b[0-9a-f]{64}\b", done.stdout))
    expected = json.loads((root / "expected.json").read_text())
    lying = {"journal", "20261101T000000Z-0001"}
    wanted = {v["response"] for k, v in expected.items() if not any(word in k for word in lying)}
    assert wanted <= read
