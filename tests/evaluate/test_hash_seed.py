"""What a run says does not hang on the order in which a process keeps its sets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evaluate.sharded import recorded_in

pytestmark = pytest.mark.services  # every run starts an interpreter, which loads everything

SAY = """\
import json, sys
from pathlib import Path
from harness.store.runs import run_document
from tests.evaluate.sharded import run_of, workspace_of
print(json.dumps(run_document(run_of(workspace_of(Path(sys.argv[1]))))))
"""
CHANCE = ("id", "at", "seconds", "command")


def document(folder, seed):
    """Judge in a process with that seed; give the run's document without what no two share."""
    done = subprocess.run(
        [sys.executable, "-c", SAY, str(folder)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )
    told = json.loads(done.stdout)
    return {**told, "run": {k: v for k, v in told["run"].items() if k not in CHANCE}}


def test_a_run_is_the_same_document_whatever_the_hash_seed(tmp_path):
    """Order of findings and figures included: two reports of one recording compare equal."""
    recorded_in(tmp_path)

    first, *others = [json.dumps(document(tmp_path, str(seed))) for seed in range(1, 5)]

    assert others == [first] * 3
    assert first.count("were answered with the same bytes") == 2
