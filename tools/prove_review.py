"""Prove that a meeting loses nothing: reviews by keyboard alone, in a real browser.

Four meetings, each in an empty folder: one from a file, one through the server with browser
and server killed midway, one of a reviewer with two pages open, and one of four reviewers who
disagree and a chair who resolves it in a second round. What was decided is applied, and a run
judges by it.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from browser import ARGUMENTS, CHROMIUM
from playwright.sync_api import Browser, BrowserType, Page, expect, sync_playwright

from harness.simulator.server import serving

HARNESS = (sys.executable, "-m", "harness.cli.main")
SIZE = {"width": 1920, "height": 1080}
CASES = 20
PATIENCE = 60.0


class Meeting:
    """A folder in which a run was made that people shall look at."""

    def __init__(self, folder: Path, cases: int, simulator: str) -> None:
        self.folder = folder
        names = [f"scene-{number:02}" for number in range(1, cases + 1)]
        lines = ["version: 1", "suite: meeting", "defaults: {samples: 2, image_size: 1K}", "cases:"]
        lines += [f"  - {{id: {name}, prompt: A small scene {name}}}" for name in names]
        (folder / "suites").mkdir(parents=True)
        (folder / "suites" / "meeting.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        settings = f'[endpoints.local]\nbase_url = "{simulator}"\nkey_env = ["PROVE_KEY"]\n'
        (folder / "harness.toml").write_text(settings, encoding="utf-8")
        self("run", "--endpoint=local", "--live=missing", "--yes", "--max-cost=99", due=0)
        (run,) = (folder / "reports").glob("*/run.json")
        self.run, self.report = run.parent.name, run.parent

    def copy(self, folder: Path) -> "Meeting":
        """Give the same meeting once more, with nothing decided."""
        shutil.copytree(self.folder, folder)
        made = object.__new__(Meeting)
        made.folder, made.run, made.report = folder, self.run, folder / "reports" / self.run
        return made

    def __call__(self, *words: str, due: int) -> str:
        """Run a command line; it must end with the exit code that is due."""
        done = subprocess.run(
            [*HARNESS, *words], cwd=self.folder, env=_environment(), capture_output=True, text=True
        )
        said = done.stdout + done.stderr
        assert done.returncode == due, f"harness {' '.join(words)}: {done.returncode}\n{said}"
        return done.stdout

    def statuses(self, *, due: int) -> dict[str, str]:
        """Judge anew; give how each variant stands."""
        told = json.loads(self("run", "--json", due=due))
        judged = [one for suite in told["run"]["suites"] for one in suite["judged"]]
        order = ["PASS", "WARN", "NEW", "UNRECORDED", "ERROR", "FAIL"]
        return {
            one["variant"]["case"]: max(
                (f["status"] for f in one["verdict"]["findings"]), key=order.index, default="PASS"
            )
            for one in judged
        }


def _environment() -> dict[str, str]:
    return os.environ | {"PROVE_KEY": "a-key-of-nobody", "CI": "1"}


# At the keyboard


def decide(page: Page, key: str = "a", *, then: str = "Shift+J", reason: str = "") -> None:
    """Look at all samples of a sheet, decide on it, go on to the next one that is undecided."""
    look(page)
    progress = page.locator("#progress")
    before = progress.inner_text()
    page.keyboard.press(key)
    if reason:
        page.keyboard.press(reason)
        page.keyboard.press("Enter")
    expect(progress).not_to_have_text(before)
    page.keyboard.press(then)


def look(page: Page) -> None:
    """Open the sheet of all samples, where it is not open, and wait until they were seen."""
    if not page.locator("#sheet").is_visible():
        page.keyboard.press("0")
    page.locator("#sheet img").nth(1).wait_for()
    page.locator("#hindered:empty").wait_for(state="attached")


def resolve(page: Page, key: str, why: str) -> None:
    """Say what holds, and why, as the chair; and go on."""
    look(page)
    page.keyboard.press(key)
    page.keyboard.type(why)
    page.keyboard.press("Enter")
    expect(page.locator("#ask")).not_to_be_visible()
    page.keyboard.press("Shift+J")


def export(page: Page, folder: Path, name: str = "") -> Path:
    """Press E, say a name where one is asked for, and keep the file as a browser would."""
    with page.expect_download() as waiting:
        page.keyboard.press("e")
        if name and page.locator("#ask").is_visible():
            page.keyboard.type(name)
            page.keyboard.press("Enter")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def opened(browser: Browser, address: str) -> Page:
    """Open a page in a browser of its own, which remembers nothing of another."""
    page = browser.new_context(viewport=SIZE, accept_downloads=True).new_page()
    page.on("pageerror", lambda error: sys.exit(f"an error in the page: {error}"))
    page.goto(address)
    page.locator("body.ready").wait_for()
    return page


# What is proven


def from_a_file(meeting: Meeting, browser: Browser) -> str:
    """Review every sheet by keys alone, export, apply, and judge anew."""
    meeting("review", "last", "--static", "--take=0", due=0)
    page = opened(browser, (meeting.report / "review.html").as_uri())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    decide(page, "r", then="u", reason="2")  # a slip, and back
    started = time.monotonic()
    for _ in range(CASES):
        decide(page)
    seconds = time.monotonic() - started
    expect(page.locator("#progress")).to_contain_text(f"{CASES} of {CASES}")
    file = export(page, meeting.folder, "anna")
    page.context.close()
    assert file.name == f"decisions-{meeting.run}-anna.json"
    away = [url for url in asked if not url.startswith(meeting.report.as_uri())]
    assert [url for url in away if not url.startswith(("blob:", "data:"))] == []
    meeting("approve", "--from", file.name, "--dry-run", due=0)
    assert set(meeting.statuses(due=0).values()) == {"NEW"}
    meeting("approve", "--from", file.name, due=0)
    assert set(meeting.statuses(due=0).values()) == {"PASS"}
    return f"{CASES} sheets by keys in {seconds:.0f} s, exported, applied, the next run is green"


@contextlib.contextmanager
def served(meeting: Meeting, *words: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Serve a review; give the address, and the process for who wants to end it."""
    with subprocess.Popen(
        [*HARNESS, "review", meeting.run, "--no-open", *words],
        cwd=meeting.folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            lines = iter(process.stdout.readline, "")
            yield next(line for line in lines if line.startswith("page ")).split()[1], process
        finally:
            process.kill()


@contextlib.contextmanager
def mortal(profile: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Start a browser that can be killed with everything that it remembers in memory."""
    words = [str(CHROMIUM), "--headless=new", *ARGUMENTS, "--remote-debugging-port=0"]
    with subprocess.Popen(
        [*words, f"--user-data-dir={profile}"], stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield _debugged(profile), process
        finally:
            kill(process)


def _debugged(profile: Path) -> str:
    """Wait until a browser says on which port it is spoken to."""
    told = profile / "DevToolsActivePort"
    until = time.monotonic() + PATIENCE
    while not (told.exists() and told.read_text().count("\n")):
        assert time.monotonic() < until, "the browser did not start"
        time.sleep(0.05)
    return f"http://127.0.0.1:{told.read_text().splitlines()[0]}"


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a browser of ours with its children: nothing in it is told beforehand."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def held(meeting: Meeting, reviewer: str = "anna") -> int:
    """Count the votes that are on disk."""
    path = meeting.report / f"decisions-{meeting.run}-{reviewer}.json"
    return len(json.loads(path.read_bytes()).get("votes", ())) if path.exists() else 0


def on_disk(meeting: Meeting, count: int) -> float:
    """Wait until so many votes are on disk; give the milliseconds that it took."""
    started = time.monotonic()
    while held(meeting) < count:
        assert time.monotonic() < started + PATIENCE, f"{held(meeting)} of {count} are on disk"
        time.sleep(0.001)
    return (time.monotonic() - started) * 1000


def with_everything_killed(meeting: Meeting, browser: Browser, chromium: BrowserType) -> str:
    """Decide half of it, kill browser and server, and go on where it was."""
    half = CASES // 2
    with served(meeting, "--as=anna", "--take=0") as (address, server):
        with mortal(meeting.folder / "profile") as (port, process):
            page = opened(chromium.connect_over_cdp(port), address)
            assert "token" not in page.url
            waits = [_decided(meeting, page, count) for count in range(1, half + 1)]
            kill(process)
        server.kill()
    assert held(meeting) == half
    with served(meeting, "--as=anna", "--take=0") as (address, server):
        page = opened(browser, address)
        expect(page.locator("#progress")).to_contain_text(f"{half} of {CASES}")
        page.keyboard.press("Shift+J")
        for _ in range(CASES - half):
            decide(page)
        on_disk(meeting, CASES)
        page.context.close()
        last = ended(server)
    file = f"reports/{meeting.run}/decisions-{meeting.run}-anna.json"
    assert last == f"next    harness approve --from {file}", last
    meeting("approve", "--from", file, due=0)
    assert set(meeting.statuses(due=0).values()) == {"PASS"}
    return (
        f"browser and server killed after {half} of {CASES}: {half} on disk, the slowest "
        f"{max(waits):.0f} ms after its key; gone on from there, applied, the next run is green"
    )


def _decided(meeting: Meeting, page: Page, count: int) -> float:
    """Decide once more; give how many milliseconds later it was on disk."""
    look(page)
    page.keyboard.press("a")
    waited = on_disk(meeting, count)
    if count < CASES // 2:
        page.keyboard.press("Shift+J")
    return waited


def ended(server: "subprocess.Popen[str]") -> str:
    """Press Ctrl-C; give the last line that the server said."""
    server.send_signal(signal.SIGINT)
    said, _ = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0, said
    return said.splitlines()[-1]


def in_two_pages(meeting: Meeting, browser: Browser) -> str:
    """Decide in two pages of one reviewer, then without a server: nothing is lost in silence."""
    with served(meeting, "--as=anna", "--take=0") as (address, server):
        one, two = opened(browser, address), opened(browser, address)
        decide(one, then="j")
        on_disk(meeting, 1)
        two.keyboard.press("j")
        decide(two, then="j")
        on_disk(meeting, 2)
        expect(two.locator("#progress")).to_contain_text("2 of 5")
        one.keyboard.press("j")
        decide(one, then="j")
        on_disk(meeting, 3)
        server.kill()
        server.wait()
        decide(one, then="j")
        told = one.locator("#saved[data-state=lost]")
        told.wait_for()
        assert "not saved" in told.inner_text()
    file = export(one, meeting.folder)
    votes = [vote["item"] for vote in json.loads(file.read_bytes())["votes"]]
    assert votes == [f"meeting/scene-0{number}" for number in (1, 2, 3, 4)], votes
    one.context.close()
    two.context.close()
    return (
        "two pages of one reviewer: each takes over what the other saved; without the server the "
        "page says so, and its export has everything"
    )


FOUR = {
    "anna": {},
    "bert": {"scene-01": ("r", "2")},
    "cleo": {"scene-02": ("d", "")},
    "dora": {"scene-01": ("r", "4"), "scene-03": None},
}
"""What each of four says of a sheet that not all accept; None leaves it undecided."""


def of_four(meeting: Meeting, browser: Browser) -> str:
    """Let four decide alone and a chair resolve what they left, then apply all five files."""
    meeting("review", "last", "--static", "--take=0", due=0)
    files = [_alone(meeting, browser, name, said) for name, said in FOUR.items()]
    named = [word for file in files for word in ("--from", file.name)]
    plan = json.loads(meeting("review", "last", *named, "--quorum=4", "--static", "--json", due=0))
    left = {row["item"].partition("/")[2]: row["why"][0] for row in plan["sheets"]}
    assert left == LEFT, left
    command = _chaired(meeting, browser, named)
    meeting(*command, due=0)
    found = meeting.statuses(due=1)
    assert found == {"scene-05": "PASS", "scene-04": "PASS"} | RESOLVED, found
    chair = f"--from=reports/{meeting.run}/decisions-{meeting.run}-chair.json"
    for form in ("md", "html"):
        words = (*named, chair, "--quorum=4", "--minutes", form)
        meeting("review", meeting.run, *words, due=0)
    minutes = (meeting.report / "minutes.md").read_text(encoding="utf-8")
    assert [word for word in (*FOUR, "chair", "two tails") if word not in minutes] == []
    return (
        "four disagree on 3 sheets: one split, one discussed, one under quorum; the chair rejects, "
        "accepts, leaves open; all five files are applied at once, the minutes name them all"
    )


LEFT = {"scene-01": "split", "scene-02": "discussed", "scene-03": "under quorum"}
RESOLVED = {"scene-01": "FAIL", "scene-02": "PASS", "scene-03": "NEW"}


def _chaired(meeting: Meeting, browser: Browser, named: list[str]) -> list[str]:
    """Resolve what is left; give the command that the server said at its end."""
    with served(meeting, *named, "--quorum=4", "--as=chair") as (address, server):
        page = opened(browser, address)
        expect(page.locator("#said li")).to_have_count(len(FOUR))
        resolve(page, "r", "the fox has two tails")
        resolve(page, "a", "seen together: it is right")
        resolve(page, "d", "nobody could say; the artist is asked")
        page.locator("#saved[data-state=saved]").wait_for()
        page.context.close()
        command = ended(server).removeprefix("next    harness ").split()
    assert command.count("--from") == len(FOUR) + 1, command
    return command


def _alone(meeting: Meeting, browser: Browser, name: str, said: dict[str, object]) -> Path:
    """Decide as one of four, in a browser of one's own."""
    page = opened(browser, (meeting.report / "review.html").as_uri())
    for _ in range(page.locator("#sheets li").count()):
        item = page.locator("#title").inner_text().partition("/")[2]
        word = said.get(item, ("a", ""))
        if word is None:
            page.keyboard.press("j")
            continue
        key, reason = word
        decide(page, key, then="j", reason=reason)
    file = export(page, meeting.folder, name)
    page.context.close()
    return file


def main() -> int:
    """Hold the meetings; 0 where nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="file, killed, two or four")
    only = parser.parse_args().only
    with tempfile.TemporaryDirectory() as empty, serving(seed=7) as simulator:
        first = Meeting(Path(empty) / "file", CASES, simulator)
        second = first.copy(Path(empty) / "killed")
        third = Meeting(Path(empty) / "four", 5, simulator)
        fourth = third.copy(Path(empty) / "two")
        with sync_playwright() as start:
            browser = start.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS])
            acts = {
                "file": lambda: from_a_file(first, browser),
                "killed": lambda: with_everything_killed(second, browser, start.chromium),
                "two": lambda: in_two_pages(fourth, browser),
                "four": lambda: of_four(third, browser),
            }
            for name, act in acts.items():
                if only in name:
                    print(act(), flush=True)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
