"""Read where a run is made: on which forge, for which commit, and where its files can be seen."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from harness.evaluate.workspace import Workspace
from harness.model.blob import SHA256
from harness.model.run import Run
from harness.model.showing import Showing
from harness.report.elsewhere import Elsewhere
from harness.settings import public_address
from harness.store.tracked import is_tracked

GITHUB = "github"
GITLAB = "gitlab"
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_NAME = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forge:
    """Where a command runs.

    Attributes:
        name: `github`, `gitlab`, or empty for neither.
        top: The repository's folder here; None where it is not told.
        raw: Address below which the commit's files can be seen; empty for none.
        job: The page of this job; empty for none.
        summary: Where GitHub takes the job's summary from; None for nowhere.
    """

    name: str = ""
    top: Path | None = None
    raw: str = ""
    job: str = ""
    summary: Path | None = None

    def prefix(self, folder: Path) -> str:
        """Say where `folder` lies from the repository's root; empty where that is not known."""
        if self.top is None or not folder.resolve().is_relative_to(self.top.resolve()):
            return ""
        found = folder.resolve().relative_to(self.top.resolve()).as_posix()
        return "" if found == "." else found


def forge_of(environ: Mapping[str, str]) -> Forge:
    """Tell by the environment's own words; what they say is a stranger's, and is held to its form.

    Args:
        environ: `GITHUB_*` of GitHub Actions, `CI_*` of GitLab.
    """
    if environ.get("GITHUB_ACTIONS") == "true":
        return _github(environ)
    return _gitlab(environ) if environ.get("GITLAB_CI") == "true" else Forge()


def _github(environ: Mapping[str, str]) -> Forge:
    server = _address(environ.get("GITHUB_SERVER_URL", ""))
    repository, run = environ.get("GITHUB_REPOSITORY", ""), environ.get("GITHUB_RUN_ID", "")
    known = bool(server and _NAME.fullmatch(repository))
    commit = _head(environ)
    summary = environ.get("GITHUB_STEP_SUMMARY", "")
    return Forge(
        name=GITHUB,
        top=_folder(environ.get("GITHUB_WORKSPACE", "")),
        raw=f"{server}/{repository}/raw/{commit}" if known and commit else "",
        job=f"{server}/{repository}/actions/runs/{run}" if known and run.isdecimal() else "",
        summary=Path(summary) if summary else None,
    )


def _head(environ: Mapping[str, str]) -> str:
    """Name the commit whose files are shown: a pull request's own, not its merge for the test."""
    commit: object = environ.get("GITHUB_SHA", "")
    try:
        event = json.loads(Path(environ.get("GITHUB_EVENT_PATH", "")).read_text(encoding="utf-8"))
        commit = event["pull_request"]["head"]["sha"]
    except (OSError, ValueError, LookupError, TypeError):
        pass  # another event, or none
    return commit if isinstance(commit, str) and _COMMIT.fullmatch(commit) else ""


def _gitlab(environ: Mapping[str, str]) -> Forge:
    project, commit = _address(environ.get("CI_PROJECT_URL", "")), environ.get("CI_COMMIT_SHA", "")
    known = bool(project and _COMMIT.fullmatch(commit))
    return Forge(
        name=GITLAB,
        top=_folder(environ.get("CI_PROJECT_DIR", "")),
        raw=f"{project}/-/raw/{commit}" if known else "",
        job=_address(environ.get("CI_JOB_URL", "")),
    )


def _folder(text: str) -> Path | None:
    return Path(text) if text else None


def _address(text: str) -> str:
    """Give a web address without anything secret in it, else nothing."""
    try:
        return quote(public_address(text), safe=":/%~")
    except ValueError:
        return ""


def summarise(run: Run, showing: Showing, workspace: Workspace, forge: Forge) -> str:
    """Add a run to its job's summary, as far as GitHub takes it.

    Returns:
        Why it could not be added, in one line; empty where it was, or there is none.
    """
    if forge.summary is None:
        return ""
    from harness.report.step_summary import LIMIT, step_summary  # late: it measures

    try:
        taken = forge.summary.stat().st_size if forge.summary.exists() else 0
        elsewhere = elsewhere_of(run, workspace, forge)
        text = step_summary(run, showing, elsewhere, room=max(0, LIMIT - taken))
        with forge.summary.open("ab") as file:
            file.write(text.encode("utf-8", errors="replace"))
    except OSError as error:
        return f"{forge.summary}: the job's summary cannot be written ({error.strerror or error})"
    return ""


def elsewhere_of(run: Run, workspace: Workspace, forge: Forge) -> Elsewhere:
    """Say where a run's pictures and report can be seen by who reads of it elsewhere."""
    report = Path(workspace.settings.reports) / run.id / "index.html"
    return Elsewhere(
        picture=_pictures(run, workspace, forge), job=forge.job, report=report.as_posix()
    )


def _pictures(run: Run, workspace: Workspace, forge: Forge) -> Callable[[str], str]:
    base = _base(workspace, forge)
    if not base:
        return lambda _: ""
    names = {
        part.picture.sha256: part.picture.name
        for judged in run.judged
        for sample in judged.samples
        for part in (sample.generation.pictures if sample.generation else ())
        if part.picture is not None
    }

    def address(sha256: str) -> str:
        path = workspace.blobs.path(sha256) if SHA256.fullmatch(sha256) else None
        name = path.name if path else names.get(sha256, "")
        if not name or workspace.blobs.tombstones.get(sha256):
            return ""
        return f"{base}/{sha256[:2]}/{quote(name)}"

    return address


def _base(workspace: Workspace, forge: Forge) -> str:
    """Give the address of the folder of blobs: what is set, else the forge's where git has them."""
    if workspace.settings.pictures:
        return _address(workspace.settings.pictures)
    folder = workspace.blobs.root
    if not forge.raw or not is_tracked(folder, environ=workspace.environ):
        return ""
    within = os.path.relpath(folder.resolve(), forge.top.resolve()) if forge.top else str(folder)
    return "" if within.startswith("..") else f"{forge.raw}/{quote(within)}"
