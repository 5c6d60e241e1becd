"""Take the greatest case through everything: recorded, killed, resumed, replayed offline, shown.

Three grounded turns with 14 references and shown thoughts, at 4K: killed while turn 2 is under
way, and once more when its answer had just been kept.
"""

import io
import json
import re
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pybase64
from drill_ground import HARNESS, Broken, Held, awaited, genuine, insist, unchanged
from drill_live import TINY, Service, Site, service
from PIL import Image

from harness.model.generation import Generation, signatures
from harness.model.run import Run
from harness.recording.interaction import Interaction
from harness.recording.packing import unpack
from harness.store.ledger import Ledger

TURNS = 3
OBJECTS, PEOPLE = 8, 6
"""14 references: the most that a request takes, more than are documented to be kept faithfully."""
KINDS = (("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"))
SUITE = """\
version: 1
suite: drill
references:
  things: {{files: ["things/*"], kind: object}}
  people: {{files: ["people/*"], kind: person}}
cases:
  - id: great
    samples: 1
    image_size: {size}
    aspect_ratio: 16:9
    tools: [google_search]
    thinking: {{include_thoughts: true}}
    modalities: [TEXT, IMAGE]
    references: [things, people]
    turns:
      - prompt: Everybody and everything in one picture, in today's weather
      - prompt: Now at night, with the tower that was opened last in the background
      - prompt: Put the fox in front of all, change nothing else
"""
OFFLINE = ("unshare", "-rn")
"""Before a command: it has no network but its own loopback."""


def drill(*, short: bool = False) -> int:
    """Do it for both moments of the kill, for the first if short; 1 where a promise was broken."""
    moments = (("turn 2 under way", _under_way), ("turn 2 just kept", _kept))
    for name, reached in moments[: 1 if short else 2]:
        try:
            print(f"killed with {name}: {_once(reached, short=short)}", flush=True)
        except Broken as error:
            print(f"killed with {name}: BROKEN: {error}")
            return 1
    return 0


@dataclass(frozen=True)
class Great:
    """What came of it.

    Attributes:
        killed: Answers that were kept when it was killed.
        asked: Requests in all, and those of the resumed run.
        again: Requests that were sent twice: what was under way at the kill.
        signatures: That went back, byte for byte.
        bytes: Of the largest request.
        weight: Of the report's page, bytes.
        spent: US dollars, of both runs.
        bill: US dollars.
        seconds: In all.
    """

    killed: int
    asked: tuple[int, int]
    again: int
    signatures: int
    bytes: int
    weight: int
    spent: float
    bill: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.killed} of {TURNS} turns kept; asked {self.asked[0]} in all, "
            f"{self.asked[1]} by the resumed run, {self.again} sent twice (under way at the "
            f"kill); {self.signatures} signatures went back byte for byte, largest request "
            f"{self.bytes / 1e6:.1f} MB; exact and thin replays without network agree; the "
            f"report shows turns, references and sources ({self.weight / 1e3:.0f} kB); spent "
            f"${self.spent:.2f} on a bill of ${self.bill:.2f}; {self.seconds:.0f} s"
        )


def _once(reached: Callable[[Site, Service], bool], *, short: bool) -> Great:
    sizes = ("--pool", "2") if short else ("--sizes", "recorded")
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        with service(
            Path(folder) / "service", "--seed", "3", "--latency", "0.7", *sizes
        ) as simulator:
            site = _laid(Path(folder) / "site", simulator.url, size="1K" if short else "4K")
            before, since = _killed(site, simulator, reached)
            after = _resumed(site, simulator, before, since)
            asked, bill = simulator.log.asked(), simulator.usd
            later = simulator.log.asked(since).total()
        spent = _spent(site)
        insist(spent >= bill - TINY, f"${spent:.4f} are spent, ${bill:.4f} on the bill")
        items = sorted(site.cassettes.load(), key=lambda item: item.key.turn)
        back = _untouched(site, items)
        weight = _shown(site, _replayed(site))
        insist(len(after) == TURNS, f"{len(after)} of {TURNS} turns are recorded")
        return Great(
            killed=len(before),
            asked=(asked.total(), later),
            again=sum(count > 1 for count in asked.values()),
            signatures=back,
            bytes=max(len(_body(site, item, sent=True)) for item in items),
            weight=weight,
            spent=spent,
            bill=bill,
            seconds=time.monotonic() - started,
        )


def _laid(root: Path, url: str, *, size: str) -> Site:
    """Lay the workspace, with references of every kind of file."""
    site = Site(root, url, suite=SUITE.format(size=size))
    rng = np.random.default_rng(14)
    for folder, count in (("things", OBJECTS), ("people", PEOPLE)):
        place = root / "suites" / folder
        place.mkdir()
        for number in range(count):
            form, suffix = KINDS[number % len(KINDS)]
            (place / f"{number}.{suffix}").write_bytes(_picture(rng, form))
    return site


def _picture(rng: np.random.Generator, form: str) -> bytes:
    """Paint blots, none like another."""
    small = Image.fromarray(rng.integers(0, 256, (6, 6, 3), np.uint8))
    out = io.BytesIO()
    small.resize((384, 384), Image.Resampling.BICUBIC).save(out, form)
    return out.getvalue()


# --- killed and resumed ---------------------------------------------------------------------


def _under_way(_: Site, simulator: Service) -> bool:
    """Tell whether turn 2 was asked, and turn 1 answered."""
    return simulator.log.count("asked") >= 2


def _kept(site: Site, _: Service) -> bool:
    """Tell whether turn 2's answer is kept."""
    return len(site.held()) >= 2


def _killed(
    site: Site, simulator: Service, reached: Callable[[Site, Service], bool]
) -> tuple[Held, int]:
    """Record, and kill it in turn 2; give what was kept, and the place in the log."""
    flags = ("--live", "missing", "--yes", "--max-cost", "50")
    with site.start((*HARNESS, "run", *flags)) as process:
        awaited(lambda: process.poll() is not None or reached(site, simulator), every=0.01)
        insist(process.poll() is None, "it ended before it could be killed")
        process.send_signal(signal.SIGKILL)
        process.communicate()
    simulator.quiet()
    held = site.held()
    insist(0 < len(held) < TURNS, f"{len(held)} turns are kept at the kill")
    genuine(held, simulator.log)
    return held, simulator.log.mark()


def _resumed(site: Site, simulator: Service, before: Held, since: int) -> Held:
    """Go on; just what is missing is asked for, and each once."""
    ran = site.ask("run", "--resume", "--yes", "--max-cost", "50")
    insist(ran.code == 0, f"--resume: exit {ran.code}: {ran.err[-500:]}{ran.out[-500:]}")
    simulator.quiet()
    after = site.held()
    unchanged(before, after)
    genuine(after, simulator.log)
    fresh = Counter(answer.request for place, answer in after.items() if place not in before)
    asked = simulator.log.asked(since)
    insist(asked == fresh, f"asked {asked.total()} to obtain {fresh.total()}")
    return after


def _spent(site: Site) -> float:
    """Give what the ledger says; what a killed process had reserved counts in it."""
    folder = site.root / "reports" / "spending"
    return Ledger(folder, session="drill", now=lambda: datetime.now(UTC)).balance("drill").usd


# --- what went back, what is replayed, what is shown ----------------------------------------


def _body(site: Site, item: Interaction, *, sent: bool) -> bytes:
    packed = item.request.body if sent else item.response.body
    return unpack(packed, read=lambda name: site.blobs.get(site.blobs.ref(name)), where=item.key.id)


def _untouched(site: Site, items: list[Interaction]) -> int:
    """Hold each answer against the history of the turns after it; count the signatures.

    Raises:
        Broken: a part is changed, left out or moved, or a signature is another.
    """
    count = 0
    for turn, item in enumerate(items[1:], start=1):
        contents = json.loads(_body(site, item, sent=True))["contents"]
        for earlier in range(turn):
            answer = json.loads(_body(site, items[earlier], sent=False))
            given = _parts(answer["candidates"][0]["content"]["parts"])
            back = _parts(contents[2 * earlier + 1]["parts"])
            insist(back == given, f"turn {turn + 1} sends turn {earlier + 1} back otherwise")
            count += sum("thoughtSignature" in part for part in given)
    return count


def _parts(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give parts in one spelling: bytes for base64 of either alphabet."""

    def plain(value: object, name: str = "") -> object:
        if isinstance(value, dict):
            return {key: plain(held, key) for key, held in value.items()}
        if name in ("data", "thoughtSignature") and isinstance(value, str):
            return pybase64.b64decode(value.translate(str.maketrans("-_", "+/")) + "==")
        return value

    return [dict(plain(part)) for part in parts]  # type: ignore[call-overload]  # a dict again


def _replayed(site: Site) -> Run:
    """Replay exact and thin, without a network; give the thin one.

    Raises:
        Broken: a turn is absent, the two differ, or a turn lacks what was asked.
    """
    found: dict[str, list[Generation]] = {}
    for replay in ("exact", "thin"):
        words = (*OFFLINE, *HARNESS, "run", "--replay", replay)
        done = subprocess.run(words, cwd=site.root, capture_output=True, text=True, check=False)
        insist(done.returncode == 0, f"{replay}: exit {done.returncode}: {done.stderr[-500:]}")
        made = [sample.generation for sample in site.samples() if sample.generation]
        insist(len(made) == TURNS, f"{replay}: {len(made)} turns are replayed")
        found[replay] = made
    insist(found["exact"] == found["thin"], "exact and thin replays differ")
    for turn, generation in enumerate(found["thin"], start=1):
        held = (
            generation.picture,
            generation.thought_pictures,
            generation.grounding and generation.grounding.sources,
            signatures(generation.parts),
        )
        insist(all(held), f"turn {turn} has not picture, thoughts, sources and signatures")
    return site.last_run()


SHOWN = (
    r"14 reference pictures",
    *(rf"turn {turn} of {TURNS}" for turn in range(1, TURNS + 1)),
    r"<iframe[^>]*sandbox",
    r"weather|tower",
    r"interim",
)
"""What the page of the report must hold: references, turns, search, prompts, thoughts."""


def _shown(site: Site, run: Run) -> int:
    """Look into the report; give its weight.

    Raises:
        Broken: it does not show something.
    """
    page = (site.root / "reports" / run.id / "index.html").read_text(encoding="utf-8")
    absent = [word for word in SHOWN if not re.search(word, page)]
    insist(not absent, f"the report shows nothing of {absent}")
    return len(page)
