"""What a run says does not hang on the order in which a process keeps its sets."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evaluate.sharded import recorded_in

pytestmark = pytest.mark.services  # every run starts an interpreter, which loads everything

SAY = """\
import json, sys
from pathlib import Path
from harness.evaluate.verify import verify
from harness.store.runs import run_document
from tests.evaluate.sharded import run_of, workspace_of
whole, bare = (workspace_of(Path(folder)) for folder in sys.argv[1:])
found = [[one.where, one.message, one.samples] for one in verify(bare).found]
print(json.dumps(run_document(run_of(whole)) | {"verified": found}))
"""
CHANCE = ("id", "at", "seconds", "command")


def document(folder, bare, seed):
    """Judge in a process with that seed; give the run's document without what no two share."""
    done = subprocess.run(
        [sys.executable, "-c", SAY, str(folder), str(bare)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )
    told = json.loads(done.stdout)
    return {**told, "run": {k: v for k, v in told["run"].items() if k not in CHANCE}}


def add_drafts(folder):
    """Let an answer name several blobs; none of them is there."""
    path = min(folder.glob("cassettes/shop/main/*.json"))
    tree = json.loads(path.read_text())
    parts = tree["interactions"][0]["response"]["body"]["json"]["candidates"][0]["content"]["parts"]
    parts += [{"text": {"$blob": f"{n:064x}.bin"}, "thought": True} for n in range(8)]
    path.write_text(json.dumps(tree, indent=1))


def test_a_run_is_the_same_document_whatever_the_hash_seed(tmp_path):
    """Order of findings and figures included, of a run and of blobs that are absent."""
    whole, bare = tmp_path / "whole", tmp_path / "bare"
    recorded_in(whole)
    shutil.copytree(whole, bare, ignore=shutil.ignore_patterns("blobs"))
    add_drafts(bare)

    first, *others = [json.dumps(document(whole, bare, str(seed))) for seed in range(1, 5)]

    assert others == [first] * 3
    assert first.count("were answered with the same bytes") == 2
    assert len(json.loads(first)["verified"]) > 8
