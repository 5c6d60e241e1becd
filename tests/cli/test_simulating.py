"""The simulator's flags are read, and what is wrong with them is one line."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from harness.simulator.faults.table import FAULTS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "simulator.md"


def test_all_faults_are_listed(bench):
    """Each with its sentence, for people and for programs."""
    said, told = (
        bench("simulate", "--fault", "list"),
        bench("simulate", "--fault", "list", "--json"),
    )

    assert told.json == {name: fault.says for name, fault in FAULTS.items()}
    assert said.code == 0
    for name in FAULTS:
        assert f"\n  {name} " in said.out


def test_all_faults_are_in_the_document():
    """With the very sentence."""
    text = DOCUMENT.read_text()

    assert [
        name for name, fault in FAULTS.items() if f"| `{name}` | {fault.says} |" not in text
    ] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fault", "nope"], "there is no such fault; --fault list names all"),
        (["--fault", "hang:0.7", "--fault", "slow:0.6"], "the shares sum to 1.3"),
        (["--latency", "soon"], "say seconds from 0 to 3600, or recorded"),
        (["--sizes", "huge"], "use painted or recorded"),
        (["--bill", "absent/bill"], "say another file with --bill"),
        (["--log", "absent/log"], "say another file with --log"),
    ],
)
def test_a_wrong_flag_is_one_line(bench, words, said):
    """Exit 2, or that of a file that cannot be written; nothing is served."""
    ran = bench("simulate", "--port", "0", *words)

    assert ran.code != 0
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_flags_reach_the_server(tmp_path):
    """A fault befalls the call, the bill and the log are written, an interrupt ends it."""
    flags = ["--fault", "deadline", "--pool", "1", "--signature-bytes", "9000"]
    files = ["--bill", str(tmp_path / "bill"), "--log", str(tmp_path / "log")]
    code = "import sys; from harness.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "simulate", "--port", "0", "--json", *flags, *files]
    body = {"contents": [{"parts": [{"text": "[[text]]"}]}]}

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        told = b""
        while not told.rstrip().endswith(b"}"):
            told += process.stdout.readline()
        path = f"{json.loads(told)['url']}/v1beta/models/gemini-3-pro-image:generateContent"
        answer = httpx.post(path, json=body, headers={"x-goog-api-key": "k"}, timeout=60)
        process.send_signal(2)
        _, complaints = process.communicate(timeout=30)

    assert answer.status_code == 504
    assert json.loads((tmp_path / "bill").read_text())["fate"] == "late"
    assert '"fault": "deadline"' in (tmp_path / "log").read_text()
    assert (process.returncode, complaints) == (0, b"")
