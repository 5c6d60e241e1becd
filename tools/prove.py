"""Run the long proofs and write what came of them to reports/prove/.

Each proof is a command that anyone can run by hand; it holds when it exits 0.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from machine import ROOT, circumstances

FUZZ = "10000"
PYTEST = f"{shlex.quote(sys.executable)} -m pytest -q -p no:cacheprovider"
PYTHON = shlex.quote(sys.executable)
DRILLS = f"{shlex.quote(sys.executable)} {shlex.quote(str(ROOT / 'tools' / 'drills.py'))}"
HARNESS = shlex.quote(str(Path(sys.executable).with_name("harness")))
REAL = Path(os.environ.get("HARNESS_REAL_DATA") or ROOT.parent / "shared" / "real")


@dataclass(frozen=True)
class Proof:
    """A claim, and the command that shows it."""

    claim: str
    command: str
    needs: Path | None = None


PROOFS = (
    Proof(
        "make demo from a fresh clone in an empty directory",
        "git clone -q {root} {empty}/clone && cd {empty}/clone && make demo",
    ),
    Proof(
        "the demo's recordings and pictures weigh under 30 MB in git",
        "kb=$(git -C {root} ls-files -z cassettes suites | (cd {root} && xargs -0 du -kc) | "
        "tail -1 | cut -f1); echo $kb KB; test $kb -lt 30000",
    ),
    Proof(
        "the real recordings are imported, replayed, measured, judged and reported, offline",
        f"cd {{empty}} && {HARNESS} cassette import {REAL}/cassettes/pydantic-ai/*.yaml "
        f"--suite real && {HARNESS} run suites/real.yaml",
        needs=REAL,
    ),
    Proof(
        "look consistency on real pictures: AUC by subject with and without the extras, and the "
        "negative control at work",
        f"{PYTHON} {{root}}/tools/prove_look.py",
        needs=REAL,
    ),
    Proof(
        "the acceptance rate's interval holds the share of all sheets in 95 % of draws or more, "
        "and alpha's resampled interval holds its value",
        f"{PYTHON} {{root}}/tools/prove_review_rates.py",
    ),
    Proof(
        "the official SDK is a client of the simulator: text, picture, edit, usage, errors",
        f"{PYTEST} tests/simulator/test_sdk.py",
    ),
    Proof(
        "the provider's requests equal the SDK's",
        f"{PYTEST} tests/provider -k sdk",
        needs=REAL,
    ),
    Proof(
        "the key is in no file written while recording",
        "cd {empty} && mkdir suites && cp -r {root}/suites/references suites/ && "
        "cp {root}/suites/storefront.yaml suites/ && "
        f"GEMINI_API_KEY=$SECRET GOOGLE_API_KEY=$SECRET {HARNESS} run "
        "--endpoint simulator --live missing --samples 1 -k 'opening or 1K' && "
        "! grep -rlF -e $SECRET -e $(printf %s $SECRET | base64 | cut -c1-20) .",
    ),
    Proof(
        "12 equal requests with 12 in flight replay each to its own sample; 2,000 over 8 threads "
        "and 64 in flight: none is served twice, none to the wrong sample",
        f"{PYTEST} tests/recording/test_many_in_flight.py",
    ),
    Proof(
        "what the design leans on of vcrpy is so in the vcrpy that is installed",
        f"{PYTEST} tests/recording/test_vcrpy_contract.py",
    ),
    Proof(
        "cassettes of every version load byte for byte, without vcrpy too; branches merge",
        f"{PYTEST} tests/recording/test_golden.py tests/recording/test_cassettes.py",
    ),
    Proof(
        "what stock vcrpy records goes in and out again: same requests, same body bytes; "
        "google-genai over httpx and httpx2 with our persister and matcher",
        f"{PYTEST} tests/cli/test_exchange.py tests/recording/test_export.py "
        "tests/recording/test_stock.py",
    ),
    Proof(
        "a recording killed at random moments keeps every answer that had arrived, byte for byte "
        "by the simulator's own log, and asks for none of them again",
        f"{DRILLS} kill --rounds 20",
    ),
    Proof(
        "a full disk ends a recording in one line; what was kept is kept, and the rest follows",
        f"{DRILLS} full-disk",
    ),
    Proof(
        "a read-only store is refused before anything is sent; replays work on it",
        f"{DRILLS} read-only",
    ),
    Proof(
        "every real answer is priced by its usage; of the real Pro answers the expectation lies "
        "within 10 %, and no ceiling is exceeded",
        f"{PYTEST} tests/runner/test_real_prices.py",
        needs=REAL,
    ),
    Proof(
        "a cap of $1.00 under 64 in flight and random retries, 100 times: never overshot by the "
        "simulator's own bill",
        f"{DRILLS} cap --rounds 100 --cap 1.00 --jobs 64",
    ),
    Proof(
        "a case of 14 references, 4K, three turns, grounded: recorded, killed, resumed, replayed",
        f"{DRILLS} great",
    ),
    Proof(
        "each of the simulator's faults of calls at 30 %, 200 samples, 32 in flight: every sample "
        "is good or named with its fault, nothing is lost or asked for again, the exit code is "
        "right",
        f"{DRILLS} faults --share 0.3 --samples 200 --jobs 32",
    ),
    Proof(
        "every fault that is planted in a picture is found at the rate that is due, on simulated "
        "and on real pictures; no alarm fails a real one; false alarms on 500 good ones",
        f"{DRILLS} contract --pictures 500 --each 40",
    ),
    Proof(
        "patches of 2, 5 and 12 % of every real picture are found whole, remaking it changes no "
        "tile; titles on plain ground are read, misspelt ones flagged",
        f"{shlex.quote(sys.executable)} {{root}}/tools/edits_and_text.py",
        needs=REAL,
    ),
    Proof(
        "the simulator's subtle version at 10 x (8 + 4): hashes alone find it in at most .3 of the "
        "tests, all channels in at least .8; the same version stays within binomial limits",
        f"{PYTHON} {{root}}/tools/prove_subtle.py",
    ),
    Proof(
        "drift: false alarms within binomial limits on synthetic, real and simulated suites "
        "without a change; intervals hold; years of daily monitoring below .05 a year",
        f"OMP_NUM_THREADS=1 {PYTHON} {{root}}/tools/prove_drift_size.py",
        needs=REAL,
    ),
    Proof(
        "drift: power at .01 of another temperature and of known changes, hashes alone beside; "
        "planned power is what is seen",
        f"OMP_NUM_THREADS=1 {PYTHON} {{root}}/tools/prove_drift_power.py",
        needs=REAL,
    ),
    Proof(
        "an edited prompt is called no worse at the margin, or worse where nothing changed, at "
        "most one time in 20",
        f"{PYTHON} {{root}}/tools/prove_regressions.py 200 {{root}}/reports/prove/regressions.md",
    ),
    Proof(
        f"malformed suites, cassettes, pictures and answers: {FUZZ} of each, never a traceback",
        f"HARNESS_FUZZ={FUZZ} {PYTEST} -n auto $(grep -rl HARNESS_FUZZ tests)",
    ),
    Proof(
        "plants: the effects of known changes on real pictures are those of the table; the "
        "default design sees the change that matters with power .8",
        f"{PYTHON} {{root}}/tools/prove_plants.py",
        needs=REAL,
    ),
    Proof(
        "a year of looks at the simulator: an outage and a change for good are alarms, nothing "
        "else is (a right monitor fails this by chance in 3 % of drills); every look is fresh",
        f"{PYTHON} {{root}}/tools/drill_monitor.py --quiet 40",
    ),
    Proof(
        "20 cases reviewed by keyboard alone to the exported file, applied, and the next run is "
        "green; through the server with browser and server killed midway nothing is lost; four who "
        "disagree are resolved in a second round",
        f"PYTHONPATH={{root}} {PYTHON} {{root}}/tools/prove_review.py",
    ),
    Proof(
        "a report of 500 cases over 8 distinct 4K originals, from a folder, moved, zipped and "
        "unzipped: paint, requests, weight, the next case and the build within their budgets",
        f"{PYTHON} {{root}}/tools/prove_report.py",
    ),
    Proof(
        "the recipes for CI do what they say: judged without a key, recorded and pushed by a "
        "label, old beside new; pre-commit's hooks refuse a wrong suite and a key",
        f"{PYTHON} {{root}}/tools/prove_ci.py",
    ),
    Proof(
        "a history in PostgreSQL: eight writers at once, migrations up and down, the page of "
        "trends as SQLite's, a server killed midway, the password nowhere",
        f"PYTHONPATH={{root}} {PYTHON} {{root}}/tools/prove_postgresql.py",
    ),
    Proof(
        "a re-encoding gateway and one that serves another model are told apart by DELIVERY and "
        "PICTURES, 20 of 20 each, simulated and on real tiles",
        f"{PYTHON} {{root}}/tools/prove_gateways.py",
    ),
    Proof(
        "pull requests in scratch repositories: replayed without a key, priced, recorded, gated by "
        "decisions on these bytes; two branches merge, or are named by validate",
        f"{PYTHON} {{root}}/tools/prove_pull_requests.py",
    ),
    Proof(
        "500 blobs in a bucket over S3's protocol: push, clone, pull, the same run; a push that "
        "is killed or cut off goes on with the rest; a tampered blob is refused by name",
        f"{PYTHON} {{root}}/tools/prove_buckets.py",
    ),
    Proof(
        "a Dask cluster of one scheduler and two workers on loopback: the run, its small pictures, "
        "a comparison and a calibration equal the local ones, also with a worker killed midway, "
        "as with a process of this machine; overhead a picture below 10 ms",
        f"PYTHONPATH={{root}} {PYTHON} {{root}}/tools/prove_dask.py",
    ),
    Proof(
        "1,000, 10,000 and 100,000 recorded samples: a second run, plan, cassette ls and trends "
        "take time that grows linearly; memory is flat",
        f"PYTHONPATH={{root}} {PYTHON} {{root}}/tools/prove_scale.py --lend 10000",
    ),
)


def prove(proof: Proof) -> dict[str, object]:
    """Run one proof in an empty directory of its own."""
    if proof.needs is not None and not proof.needs.exists():
        return {**_told(proof), "outcome": f"skipped: {proof.needs} is absent", "seconds": 0.0}
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as empty:
        command = proof.command.replace("{root}", str(ROOT)).replace("{empty}", empty)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=ROOT,
            env=os.environ | {"SECRET": "prove-4f1c9d77-secret-key-of-nobody"},
            capture_output=True,
            text=True,
            check=False,
        )
    said = (done.stdout + done.stderr).strip().splitlines()
    lines = [line for line in said if not line.startswith("WARNING: ")]  # pip's, of this machine
    return {
        **_told(proof),
        "outcome": "holds" if done.returncode == 0 else f"FAILS (exit {done.returncode})",
        "seconds": round(time.monotonic() - started, 1),
        "said": lines[-4:] if done.returncode == 0 else lines[-40:],
    }


def _told(proof: Proof) -> dict[str, object]:
    return {key: value for key, value in asdict(proof).items() if key != "needs"}


def main() -> int:
    """Run every proof, the longest last; 1 where one fails. Each is written as it is done.

    With `--only WORD` those whose claim holds it run again, and the others stay as they were.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="a part of the claims to prove again")
    word = parser.parse_args().only
    about = circumstances()
    kept = {row["claim"]: row for row in _written()} if word else {}
    for proof in (proof for proof in PROOFS if word in proof.claim):
        kept[proof.claim] = row = prove(proof) | {"commit": about["commit"]}
        print(f"{row['outcome']:<10} {row['seconds']:>6} s  {proof.claim}", flush=True)
        _write([kept[each.claim] for each in PROOFS if each.claim in kept], about)
    print(f"written to {FOLDER.relative_to(ROOT)}/prove.md")
    return int(any(str(row["outcome"]).startswith("FAILS") for row in kept.values()))


def _written() -> list[dict[str, object]]:
    """Read what was proven before; each row with the commit that it was proven of."""
    document = json.loads((FOLDER / "prove.json").read_text(encoding="utf-8"))
    of = document["circumstances"]["commit"]
    return [{"commit": of} | row for row in document["proofs"]]


FOLDER = ROOT / "reports" / "prove"


def _write(results: list[dict[str, object]], about: dict[str, str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    document = {"circumstances": about, "proofs": results}
    text = json.dumps(document, indent=1).replace(str(ROOT), ".").replace(str(REAL), "$REAL")
    (FOLDER / "prove.json").write_text(text + "\n", encoding="utf-8")
    (FOLDER / "prove.md").write_text(_markdown(json.loads(text)), encoding="utf-8")


def _markdown(document: dict[str, object]) -> str:
    about = document["circumstances"]
    lines = ["# Proofs", ""]
    lines += [f"- {name}: {value}" for name, value in about.items()]
    for result in document["proofs"]:
        told = f"{result['outcome']}, {result['seconds']} s, of {result['commit']}"
        lines += ["", f"## {result['claim']}", "", told]
        lines += ["", "```", f"$ {result['command']}", *result.get("said", ()), "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
