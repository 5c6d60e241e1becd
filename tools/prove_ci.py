"""Prove the recipes for CI and the hooks: their scripts by bash, pre-commit itself, and a key."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from machine import ROOT, circumstances
from recipes import (
    CI,
    Place,
    acted,
    asked_of_gh,
    commented,
    counts,
    judged,
    leaks,
    on_gitlab,
    recorded,
    scratch,
)

FOLDER = ROOT / "reports" / "prove"
FORGED = "AIza" + "B7d0e52c9xQ4mZ1kT8sYw3nV6pL0rHc5aUe"[:35]
"""Shaped like a key of Google's, and nobody's."""


class Broken(Exception):
    """A promise that was not held."""


def insist(holds: object, said: str) -> None:
    """Go on only where the promise held.

    Raises:
        Broken: it did not; `said` tells how.
    """
    if not holds:
        raise Broken(said)


def main() -> int:
    """Go through every promise; 1 where one was not held."""
    with tempfile.TemporaryDirectory() as root, scratch(Path(root) / "github") as place:
        rows = [*_told(place, GITHUB), *_told(place, HOOKS)]
    text = _text(rows)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "ci.md").write_text(text, encoding="utf-8")
    print(text)
    return int(not all(held for _, held, _ in rows))


def _told(
    place: Place, promises: tuple[Callable[[Place], str], ...]
) -> Iterator[tuple[str, bool, str]]:
    for promise in promises:
        started = time.monotonic()
        try:
            said, held = promise(place), True
        except (Broken, subprocess.CalledProcessError) as error:
            said, held = f"{error}\n{place.said[-2000:]}", False
        seconds = time.monotonic() - started
        yield (promise.__doc__ or "").partition("\n")[0], held, f"{said} ({seconds:.0f} s)"


def _unrecorded(place: Place) -> str:
    """Without a key a pull request is judged, and what is missing has its price."""
    code = judged(place)
    page = place.told["GITHUB_STEP_SUMMARY"]
    insist(code == 3 and counts(place) == {"UNRECORDED": 2}, f"exit {code}, {counts(place)}")
    insist("2 answers to be recorded: about $0.09" in page, page)
    insist("::error file=suites/shop.yaml,line=6,title=UNRECORDED city::" in place.said, "no note")
    return "exit 3, 2 UNRECORDED, notes at lines 6 and 8, about $0.09"


def _recorded(place: Place) -> str:
    """The labelled job records, pushes to the branch, starts the judging, takes the label off."""
    code = recorded(place)
    insist(code == 0, f"exit {code}")
    insist("Record what the pull request" in place.git("log", "-1", "origin/topic"), "not pushed")
    insist(any("--remove-label record" in line for line in asked_of_gh(place)), "label stays")
    return "pushed to the branch; " + "; ".join(asked_of_gh(place))


def _side_by_side(place: Place) -> str:
    """An edited prompt, recorded anew, stands old beside new, by address at the commit."""
    place.edit("A night city", "A day city")
    insist(judged(place) == 1, "NEW and UNRECORDED: a gate that wants decisions gives 1")
    insist(
        "asked otherwise before, 1 to be recorded" in place.told["GITHUB_STEP_SUMMARY"], "not told"
    )
    insist(recorded(place) == 0, "not recorded")
    judged(place)
    page = place.told["GITHUB_STEP_SUMMARY"]
    row = next(line for line in page.splitlines() if "shop / city" in line and "<img" in line)
    commit = place.git("rev-parse", "HEAD").strip()
    insist(row.count(f'<img src="https://github.com/shop/pictures/raw/{commit}/') == 2, row)
    names = [part.split('"')[0].rsplit("/", 1)[1] for part in row.split('<img src="')[1:]]
    insist(all(place.git("ls-files", f"*{name}") for name in names), "a picture is not in git")
    return "two pictures, both in the branch's tree"


def _posted(place: Place) -> str:
    """The job that posts checks nothing out, and posts the Markdown."""
    insist(commented(place) == 0, "failed")
    said = (place.bin / "comment.md").read_text()
    insist("| cell | before | now |" in said and len(said) < 65_536, said)
    return f"{len(said):,} characters"


def _action(place: Place) -> str:
    """The action's outputs are what the run found."""
    code, told = acted(place, fail_on="failed,unreviewed")
    insist(code == 1 and told["exit-code"] == "1" and told["verdict"] == "NEW", told)
    insist((place.clone / told["report"]).exists(), told)
    return ", ".join(f"{name} {value}" for name, value in told.items())


def _gitlab(place: Place) -> str:
    """GitLab's jobs judge without a key, and record on a protected branch."""
    insist(on_gitlab(place, "harness") == 1, "not judged")
    insist((place.clone / "reports/ci/gl.codequality.json").exists(), "no code quality")
    place.edit("A fox on", "An owl on")
    place.git("checkout", "-q", "-b", "record/topic")
    insist(on_gitlab(place, "harness-record") == 0, "not recorded")
    last = place.git("ls-remote", "origin", "record/topic").split()[0]
    insist(last == place.git("rev-parse", "HEAD").strip(), "not pushed")
    return "recorded and pushed to record/topic"


def _no_key(place: Place) -> str:
    """The key and the token are in no file of the repository, the origin, or the reports."""
    found = leaks(place)
    insist(not found, ", ".join(found))
    return "0 files"


def _hooks(place: Place) -> str:
    """Pre-commit runs the hooks on the files of a commit, and refuses a wrong suite and a key."""
    programs = place.root / "pre-commit"
    subprocess.run([sys.executable, "-m", "venv", programs], check=True)
    subprocess.run([programs / "bin" / "pip", "install", "-q", "pre-commit"],
                   check=True, capture_output=True)  # fmt: skip
    config = (CI / "pre-commit-config.yaml").read_text()
    (place.clone / ".pre-commit-config.yaml").write_text(config)
    place.git("add", "--all")
    run = f"PRE_COMMIT_HOME={place.root}/home {programs}/bin/pre-commit run --all-files"
    insist(place.bash(run, {}) == 0, "a clean tree is refused")
    suite, settings = place.clone / "suites/shop.yaml", place.clone / "harness.toml"
    for path, wrong, why in (
        (suite, suite.read_text().replace("samples:", "sample:"), "unknown key"),
        (settings, f"{settings.read_text()}# {FORGED}\n", "harness.toml"),
    ):
        kept = path.read_text()
        path.write_text(wrong)
        place.git("add", "--all")
        place.said = ""
        insist(place.bash(run, {}) != 0 and why in place.said, f"{path.name} is not refused")
        path.write_text(kept)
    return "clean: passed; unknown key: refused; a key in harness.toml: refused"


def _hooks_of_the_repository(place: Place) -> str:
    """Pre-commit installs the hooks of this repository by itself, and runs them."""
    place.git("add", "--all")
    own = place.root / "own"
    subprocess.run(["git", "clone", "-q", ROOT, own], check=True)
    environ = {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))
    }
    try_it = (
        f"PRE_COMMIT_HOME={place.root}/home VIRTUALENV_NO_PERIODIC_UPDATE=1 "
        f"{place.root}/pre-commit/bin/pre-commit try-repo {own} harness-validate --all-files"
    )
    (place.bin / "pip").unlink()
    (place.bin / "python").unlink()
    insist(place.bash(try_it, environ) == 0, "failed")
    return "installed from its last commit, passed"


GITHUB = (_unrecorded, _recorded, _side_by_side, _posted, _action, _gitlab, _no_key)
HOOKS = (_hooks, _hooks_of_the_repository)


def _text(rows: list[tuple[str, bool, str]]) -> str:
    where = circumstances()
    lines = [
        "# Recipes for CI",
        "",
        "Their scripts run by bash in a scratch repository, as a forge runs them. A simulator",
        "stands in for the service, a script for `gh`; `pip` installs nothing.",
        "",
        *(f"- {name}: {value}" for name, value in where.items()),
        "",
        "| promise | held | seen |",
        "| --- | --- | --- |",
    ]
    for what, held, said in rows:
        lines.append(
            f"| {what} | {'yes' if held else 'NO'} | {' '.join(said.split()).replace('|', '/')} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    raise SystemExit(main())
