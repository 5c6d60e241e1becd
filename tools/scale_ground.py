"""Lay the ground for the proof of scale: suites, and recordings of many small pictures.

python tools/scale_ground.py FOLDER SAMPLES

The simulator's painter paints each picture, small and marked as simulated; its answer is built
and packed by the simulator's and the project's own code. What is left out is the network, the
wait for the disk, and the size of the pictures.
"""

import functools
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from harness.loader import load_suite
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.identity import cell_digest
from harness.model.sample import SampleKey
from harness.model.suite import Suite, Variant
from harness.provider.wire_request import digest_of, skeleton
from harness.recording.cassettes import Cassettes
from harness.recording.interaction import Interaction, Session, WireRequest, WireResponse
from harness.recording.packing import pack
from harness.runner.requests import request_for
from harness.simulator.answer import Studio, make_answer
from harness.simulator.ask import Ask, read_ask
from harness.simulator.camera import Camera, Film
from harness.simulator.faults.fault import Fault
from harness.simulator.offer import Offer, offers
from harness.simulator.paint.brief import read_brief
from harness.simulator.paint.memory import remember
from harness.simulator.paint.picture import Order, Painted, paint
from harness.simulator.shot import Shot, shot
from harness.simulator.wire import HEADERS, JSON_TYPE, pretty

SIDE = 96
"""Pixels of a picture's side."""
MARK_BYTES = 1_024
"""Of a thought signature, which is a file of its own as the real ones are."""
MODEL = "painter-of-small-pictures"
"""No model of the catalogue: what is asked for 1K is not held against `SIDE` pixels."""
OFFER = "gemini-3-pro-image"
ARM = Arm(model=MODEL, endpoint="simulator")
DAYS = ("2026-11-18", "2026-11-20")
"""Of the two sessions that recorded each suite, half of each cell's samples in each."""
LEVELS = range(256)
_WHO = ("fox", "owl", "cat", "rabbit", "bear")
_WHERE = ("snowy wood", "kitchen", "beach", "desert", "meadow")


class SmallCamera(Camera):
    """Make pictures of `SIDE` pixels: a motif is painted once, and each picture is a cut of it."""

    def shoot(self, ask: Ask, fault: Fault, rng: np.random.Generator) -> Shot:
        """Cut a picture out of its motif's painting, in a light of its own; with a signature."""
        painted = _painting(ask.prompt.partition(",")[0])
        left, top, side = (int(n) for n in (*rng.integers(0, SIDE // 2, 2), rng.integers(96, 144)))
        cut = painted.image.resize((SIDE, SIDE), box=(left, top, left + side, top + side))
        lit = cut.point(
            [round(n * gain) for gain in rng.uniform(0.8, 1, 3).tolist() for n in LEVELS]
        )
        return shot(fault.encode(lit), remember(painted, MARK_BYTES, rng))


@dataclass(frozen=True)
class Ground:
    """How much is laid.

    Attributes:
        suites: How many.
        cases: Of each suite, 25 at the most.
        samples: Of each case.
    """

    suites: int
    cases: int = 25
    samples: int = 20

    @classmethod
    def of(cls, samples: int) -> "Ground":
        """Give as many suites as hold `samples` samples."""
        return cls(suites=max(1, samples // (cls.cases * cls.samples)))

    @property
    def count(self) -> int:
        return self.suites * self.cases * self.samples


@functools.cache
def _painting(motif: str) -> Painted:
    brief = read_brief(motif)
    return paint(Order(brief=brief, size=(2 * SIDE, 2 * SIDE)), np.random.default_rng(brief.seed))


def lay(root: Path, ground: Ground, *, workers: int = 1) -> None:
    """Write suites and their recordings below `root`."""
    (root / "suites").mkdir(parents=True)
    for pair in range(256):
        (root / "cassettes" / "blobs" / f"{pair:02x}").mkdir(parents=True)
    (root / "harness.toml").write_text('endpoint = "simulator"\nfail_on = []\n', encoding="utf-8")
    names = [f"team-{number:03}" for number in range(ground.suites)]
    work = functools.partial(_lay_suite, root, ground)
    if workers == 1:
        list(map(work, names))
        return
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(work, names))


def _lay_suite(root: Path, ground: Ground, name: str) -> None:
    path = root / "suites" / f"{name}.yaml"
    path.write_text(_suite_text(name, ground), encoding="utf-8")
    suite = load_suite(path)
    cassettes = Cassettes(root / "cassettes", suite=name, recording="main")
    keep = functools.partial(_keep, root / "cassettes" / "blobs")
    for day in DAYS:
        cassettes.add_session(_session(suite, day))
    cassettes.write(_answers(suite, keep))


def _suite_text(name: str, ground: Ground) -> str:
    lines = ["version: 1", f"suite: {name}", f"model: {MODEL}"]
    lines += [f"defaults: {{samples: {ground.samples}, aspect_ratio: 1:1}}", "cases:"]
    for number in range(ground.cases):
        who, where = _WHO[number % 5], _WHERE[number // 5 % 5]
        lines.append(f"  - id: {who}-{where.replace(' ', '-')}")
        lines.append(f"    prompt: A {who} in a {where}, for the pages of {name}")
    return "\n".join(lines) + "\n"


def _session(suite: Suite, day: str) -> Session:
    return Session(
        id=_session_id(suite.id, day), suite=suite.id, recording="main",
        started_at=f"{day}T09:00:00+00:00", arms=(ARM,), api_version="v1beta", simulated=True,
        harness="0.1.0",
    )  # fmt: skip


def _session_id(suite: str, day: str) -> str:
    return f"{day.replace('-', '')}T090000Z-{suite[-3:]}0"


def _answers(suite: Suite, keep) -> Iterator[Interaction]:  # noqa: ANN001  # as `pack` takes it
    studio = Studio(camera=SmallCamera(Film()))
    offer = replace(offers()[OFFER], id=MODEL)
    for variant in suite.variants:
        for sample in range(variant.samples):
            yield _answer(variant, sample, studio, offer, keep)


def _answer(variant: Variant, sample: int, studio: Studio, offer: Offer, keep) -> Interaction:  # noqa: ANN001
    request = request_for(variant, ())
    tree = skeleton(request)
    seed = [sample, *f"{variant.suite}/{variant.id}".encode()]
    ask = read_ask(tree, offer, lambda name: ("", b""))
    answer = make_answer(ask, studio, np.random.default_rng(seed))
    day = DAYS[sample * len(DAYS) // variant.samples]
    return Interaction(
        key=SampleKey(case=variant.case, variant=variant.label, sample=sample),
        arm=ARM,
        cell=cell_digest(variant.turns),
        session=_session_id(variant.suite, day),
        recorded_at=f"{day}T09:{sample:02}:00+00:00",
        seconds=21.0 + sample / 10,
        request_digest=digest_of(request),
        simulated=True,
        request=WireRequest(
            method="POST",
            url=f"http://127.0.0.1:8080/v1beta/models/{MODEL}:generateContent",
            headers={"content-type": "application/json"},
            body={"json": tree, "style": "compact"},
        ),
        response=WireResponse(
            status=200,
            reason="OK",
            headers={
                "content-type": JSON_TYPE,
                "server": HEADERS["server"],
                "x-simulated": HEADERS["x-simulated"],
            },
            body=pack(b"".join(pretty(answer)), keep=keep),
        ),
    )


def _keep(root: Path, data: bytes) -> BlobRef:
    """Keep bytes as the store does, without waiting for the disk."""
    ref = BlobRef.of(data)
    (root / ref.sha256[:2] / ref.name).write_bytes(data)
    return ref


if __name__ == "__main__":
    lay(Path(sys.argv[1]), Ground.of(int(sys.argv[2])), workers=2)
