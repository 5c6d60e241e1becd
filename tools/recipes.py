"""Run the recipes for CI as a forge would: their scripts by bash, in a scratch repository.

What a runner has and a test has not stands in for itself: `pip` installs nothing, since the
harness is there already, and `gh` notes what it is asked and answers from files.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from harness.simulator.server import serving

ROOT = Path(__file__).resolve().parents[1]
CI = ROOT / "harness" / "evaluate" / "starter" / "ci"
KEY = "key-of-nobody-7d0e52c9"
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")

SUITE = """\
version: 1
suite: shop
defaults: {samples: 1, image_size: 512}
model: gemini-3.1-flash-image
cases:
  - id: city
    prompt: A night city
  - id: fox
    prompt: A fox on a shelf
"""

GH = """\
#!/bin/sh
# Notes what it is asked; answers as the files beside it say.
here=$(dirname "$0")
printf '%s\\n' "$*" >> "$here/asked"
case "$1 $2 $3" in
  "api --method PATCH") cp comment.md "$here/comment.md" ;;
  "api --method GET") echo 7 ;;
  "api repos/"*/comments*) cat "$here/own" ;;
  "api repos/"*) cat "$here/base" ;;
  "run download"*) mkdir -p found && cp "$here/summary.md" found/summary.md ;;
  "pr comment"*) cp comment.md "$here/comment.md" && echo 41 > "$here/own" ;;
esac
"""


@dataclass
class Place:
    """A scratch repository with an origin, and a job's environment.

    Attributes:
        root: Holds all of it.
        url: Of the simulator that answers as `gemini`; empty for none.
        said: What the last script wrote, both streams.
        told: What the scripts wrote to GitHub's own files, by the variable's name.
    """

    root: Path
    url: str = ""
    said: str = ""
    told: dict[str, str] = field(default_factory=dict)

    @property
    def clone(self) -> Path:
        return self.root / "clone"

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    def build(self) -> "Place":
        """Make the origin, a clone of it with a suite, and the programs that stand in."""
        self.bin.mkdir(parents=True)
        for name, text in {"gh": GH, "pip": "#!/bin/sh\n"}.items():
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(0o755)
        (self.bin / "harness").symlink_to(Path(sys.executable).with_name("harness"))
        (self.bin / "python").symlink_to(sys.executable)
        subprocess.run(
            ["git", "init", "-q", "--bare", "-b", "main", self.root / "origin.git"], check=True
        )
        subprocess.run(["git", "clone", "-q", self.root / "origin.git", self.clone],
                       check=True, capture_output=True)  # fmt: skip
        self.git("checkout", "-q", "-b", "topic")
        (self.clone / "suites").mkdir()
        (self.clone / "suites" / "shop.yaml").write_text(SUITE)
        (self.clone / ".gitignore").write_text(".harness/\nreports/\n")
        settings = f'[endpoints.gemini]\nbase_url = "{self.url}"\nkey_env = ["GEMINI_API_KEY"]\n'
        (self.clone / "harness.toml").write_text(settings if self.url else "")
        (self.bin / "base").write_text(self.git("hash-object", "harness.toml"))
        (self.bin / "own").write_text("")
        self.commit("Ask for pictures")
        return self

    def git(self, *words: str) -> str:
        """Run git in the clone, as nobody in particular."""
        done = subprocess.run(["git", *words], cwd=self.clone, env=self.environ({}),
                              check=True, capture_output=True, text=True)  # fmt: skip
        return done.stdout

    def commit(self, subject: str) -> None:
        self.git("add", "--all")
        self.git("commit", "-q", "-m", subject)
        self.git("push", "-q", "origin", "topic")

    def edit(self, old: str, new: str) -> None:
        """Change the suite, and commit that."""
        path = self.clone / "suites" / "shop.yaml"
        path.write_text(path.read_text().replace(old, new))
        self.commit("Ask otherwise")

    def environ(self, more: Mapping[str, str]) -> dict[str, str]:
        """Give a runner's environment: no key but what a step is handed."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TZ") if name in os.environ}
        names = {f"GIT_{who}_{what}": "nobody@x.invalid" for who in ("AUTHOR", "COMMITTER")
                 for what in ("NAME", "EMAIL")}  # fmt: skip
        return {
            **kept,
            **names,
            "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "CI": "true",
            **more,
        }

    def github(self) -> dict[str, str]:
        """Give what GitHub sets, its files fresh for a step."""
        files = {name: self.root / name.lower() for name in
                 ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}  # fmt: skip
        for path in files.values():
            path.write_text("")
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.clone),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "shop/pictures",
            "GITHUB_SHA": self.git("rev-parse", "HEAD").strip(),
            "GITHUB_RUN_ID": "77",
            "RUNNER_TEMP": str(self.root),
            **{name: str(path) for name, path in files.items()},
        }

    def steps(self, steps: list[dict[str, object]], known: Mapping[str, str]) -> int:
        """Run the scripts of a job in order; give the first exit code that is not 0.

        Args:
            steps: As they stand in the YAML.
            known: What its expressions are.

        Behind a failure only those run that say so, as on a runner.
        """
        failed, passed = 0, set[object]()
        for step in steps:
            if "run" not in step or not _is_due(str(step.get("if", "")), failed, passed):
                continue
            said = {k: _filled(str(v), known) for k, v in dict(step.get("env", {})).items()}
            code = self.bash(str(step["run"]), {**self.github(), **said})
            for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
                self.told[name] = self.told.get(name, "") + (self.root / name.lower()).read_text()
            failed = failed or code
            passed |= set() if code else {step.get("id")}
        return failed

    def bash(self, script: str, environ: Mapping[str, str], *, at: Path | None = None) -> int:
        """Run a script as GitHub's runner does."""
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(command, cwd=at or self.clone, env=self.environ(environ),
                              capture_output=True, text=True, check=False)  # fmt: skip
        self.said += done.stdout + done.stderr
        return done.returncode


def _is_due(condition: str, failed: int, passed: set[object]) -> bool:
    """Tell whether a step is run, behind those that passed, by their ids."""
    wanted = set(re.findall(r"steps\.(\w+)\.outcome == 'success'", condition))
    return wanted <= passed and (not failed or "always()" in condition)


def _filled(text: str, known: Mapping[str, str]) -> str:
    """Put in what expressions stand for; one that is not known is a fault of the test."""
    return _EXPRESSION.sub(lambda match: known[match[1]], text)


def job(recipe: str, name: str) -> dict[str, object]:
    """Read a job of a recipe that ships."""
    found: dict[str, object] = yaml.safe_load((CI / recipe).read_text())["jobs"][name]
    return found


def judged(place: Place) -> int:
    """Run the job of a pull request."""
    place.said, place.told = "", {}
    return place.steps(job("github-pull-request.yml", "judge")["steps"], {})  # type: ignore[arg-type]


def recorded(place: Place) -> int:
    """Run the job that a label starts."""
    place.said, place.told = "", {}
    known = {
        "secrets.GEMINI_API_KEY": KEY,
        "secrets.AWS_ACCESS_KEY_ID": "",
        "secrets.AWS_SECRET_ACCESS_KEY": "",
        "vars.HARNESS_MAX_COST || '5'": "5",
        "github.token": "token-of-nobody",
        "github.repository": "shop/pictures",
        "github.event.pull_request.number": "7",
        "github.event.pull_request.base.sha": "a" * 40,
        "github.event.pull_request.head.ref": "topic",
    }
    return place.steps(job("github-record.yml", "record")["steps"], known)  # type: ignore[arg-type]


def commented(place: Place) -> int:
    """Run the job that posts, with the summary that the other job left."""
    (place.bin / "summary.md").write_bytes((place.clone / "reports/ci/summary.md").read_bytes())
    nowhere = place.root / "nowhere"
    nowhere.mkdir(exist_ok=True)
    (step,) = job("github-comment.yml", "comment")["steps"]  # type: ignore[misc]
    environ = dict.fromkeys(step["env"], "x") | {
        "HEAD_SHA": "b" * 40,
        "RUN_URL": "https://h.example/77",
    }
    return place.bash(step["run"], environ, at=nowhere)


def acted(place: Place, *, fail_on: str) -> tuple[int, dict[str, str]]:
    """Run the scripts of the action that check and judge; give its code and outputs."""
    place.said, place.told = "", {}
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    steps = [s for s in action["runs"]["steps"] if "working-directory" in s]
    known = {f"inputs.{name}": said.get("default", "") for name, said in action["inputs"].items()}
    code = place.steps(steps, known | {"inputs.fail-on": fail_on})
    lines = place.told["GITHUB_OUTPUT"].splitlines()
    return code, dict(line.split("=", 1) for line in lines)


def on_gitlab(place: Place, name: str) -> int:
    """Run a job of GitLab's recipe: all its lines in one shell."""
    place.said = ""
    recipe = yaml.safe_load((CI / "gitlab-ci.yml").read_text())
    lines = [*recipe[".harness"]["before_script"], *recipe[name]["script"]]
    said = {
        "GITLAB_CI": "true",
        "CI_PROJECT_DIR": str(place.clone),
        "CI_PROJECT_URL": str(place.root / "origin"),
        "CI_COMMIT_BRANCH": "record/topic",
        "CI_COMMIT_SHA": place.git("rev-parse", "HEAD").strip(),
        "CI_SERVER_HOST": "gitlab.example",
        "CI_SERVER_URL": "https://gitlab.example",
        **recipe[name].get("variables", {}),
    }
    secret = {"GEMINI_API_KEY": KEY, "RECORD_TOKEN": "token-of-nobody"}
    return place.bash("\n".join(lines), said | (secret if name == "harness-record" else {}))


def leaks(place: Place) -> list[str]:
    """Name the files that hold the key or the token."""
    secrets = (KEY.encode(), b"token-of-nobody")
    files = (path for path in place.root.rglob("*") if path.is_file() and not path.is_symlink())
    return [str(path) for path in files if any(s in path.read_bytes() for s in secrets)]


def asked_of_gh(place: Place) -> list[str]:
    """Give what the scripts asked GitHub for, in order."""
    path = place.bin / "asked"
    return path.read_text().splitlines() if path.exists() else []


def counts(place: Place) -> dict[str, int]:
    """Count the newest run's states."""
    newest = max(place.clone.glob("reports/*/run.json"))
    found: dict[str, int] = json.loads(newest.read_text())["counts"]
    return {state: count for state, count in found.items() if count}


@contextlib.contextmanager
def scratch(root: Path) -> Iterator[Place]:
    """Give a scratch repository whose `gemini` is a simulator."""
    with serving(seed=7, pool=2) as url:
        yield Place(root=root, url=url).build()
