"""Hold the contract against the real pictures: false alarms on them, faults planted in them.

Which pictures there are and what was asked of each is read from `index.json`, where known.
"""

import io
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from contract_plants import PLANTS, Plant, missed
from machine import ROOT
from PIL import Image

from harness.catalogue import load_catalogue
from harness.judging.contract import contract
from harness.measure.measures import measure
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.generation import Generation
from harness.model.picture import Measures
from harness.model.request import Parameters, Part
from harness.model.sample import Sample, SampleKey, Standing
from harness.model.suite import Turn
from harness.model.verdict import Finding, Status
from harness.simulator.faults.table import FAULTS

REAL = Path(os.environ.get("HARNESS_REAL_DATA") or ROOT.parent / "shared" / "real")
CATALOGUE = load_catalogue()


@dataclass(frozen=True)
class Shot:
    """A real picture, and what was asked for.

    Attributes:
        name: Its path below `images`.
        data: Its bytes.
        declared: Its type as it was declared; its true one where that is not known.
        model: Who made it; `"-"` for an input of an edit.
        ratio: Asked for, if any.
        size: Asked for, if any.
    """

    name: str
    data: bytes
    declared: str
    model: str
    ratio: str | None
    size: str | None

    def findings(self, measures: Measures) -> tuple[Finding, ...]:
        """Judge it as an answer to what was asked."""
        picture = BlobRef.of(self.data)
        part = Part(picture=picture, mime_type=self.declared or measures.true_type)
        sample = Sample(
            key=SampleKey(case=self.name, variant="", sample=0),
            variant_id=self.name,
            cell="real",
            arm=Arm(model=self.model, endpoint="gemini"),
            prompt="",
            standing=Standing.RECORDED,
            generation=Generation(parts=(part,), finish_reason="STOP"),
        )
        asked = Parameters(aspect_ratio=self.ratio, image_size=self.size)
        found = contract(
            sample,
            Turn(prompt="", parameters=asked),
            measures={picture.sha256: measures},
            catalogue=CATALOGUE,
        )
        return tuple(found)


def shots(real: Path = REAL) -> Iterator[Shot]:
    """Read every picture of the index once; equal bytes are one picture."""
    seen = set()
    for entry in json.loads((real / "index.json").read_text(encoding="utf-8"))["images"]:
        if entry["sha256"] in seen:
            continue
        seen.add(entry["sha256"])
        ratio, size = _asked(entry["settings"])
        declared = entry["mime_declared"]
        yield Shot(
            name=entry["file"].removeprefix("images/"),
            data=(real / entry["file"]).read_bytes(),
            declared=declared if declared.startswith("image/") else "",
            model=entry["model"].split(" ")[0],
            ratio=ratio,
            size=size,
        )


def _asked(settings: str) -> tuple[str | None, str | None]:
    """Read ratio and size from settings: the API's as JSON, or a bare ratio."""
    if not settings.startswith("{"):
        return (settings, None) if settings[:1].isdigit() else (None, None)
    image = json.loads(settings).get("imageConfig") or {}
    return image.get("aspectRatio"), image.get("imageSize")


@dataclass(frozen=True)
class Survey:
    """What was found on real pictures.

    Attributes:
        pictures: How many there are.
        painted: How many of them a model painted: in these faults are planted.
        alarms: Findings of FAIL and WARN on them as they are, by check and status.
        named: The pictures of each.
        hits: Of each planted fault, on how many of the pictures it was found.
    """

    pictures: int
    painted: int
    alarms: Counter[tuple[str, str]]
    named: dict[tuple[str, str], list[str]]
    hits: dict[Plant, int]

    @property
    def holds(self) -> bool:
        """Whether no good picture fails, and no rate lies below what is due."""
        failed = any(status == Status.FAIL for _, status in self.alarms)
        return not failed and not any(self._missed(plant) for plant in self.hits)

    def _missed(self, plant: Plant) -> bool:
        return missed(self.hits[plant], self.painted, due=plant.due)

    def lines(self) -> list[str]:
        """Give both tables."""
        of = self.pictures
        planted = [
            (
                plant.fault,
                f"{plant.check} {plant.status}",
                f"{hits} of {self.painted}",
                f"{hits / self.painted:.1%}",
                f"{plant.due:.0%} {plant.by}",
                "MISSED" if self._missed(plant) else "holds",
            )
            for plant, hits in self.hits.items()
        ]
        alarms = [
            (f"{check} {status}", f"{count} of {of}", ", ".join(self.named[check, status]))
            for (check, status), count in sorted(self.alarms.items())
        ]
        head = ("planted in real pictures", "finding", "found", "rate", "due", "")
        return [
            *_table(head, planted),
            "",
            *_table(
                (f"alarms on the {of} real pictures as they are", "alarms", "on"),
                alarms or [("none", f"0 of {of}", "")],
            ),
        ]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]


def survey(pool: Executor) -> Survey | None:
    """Judge every real picture as it is and with each fault of pixels; None without any."""
    if not (REAL / "index.json").is_file():
        print(f"the real pictures are not at {REAL}; set HARNESS_REAL_DATA")
        return None
    pictures = list(shots())
    painted = [shot.name for shot in pictures if shot.model != "-"]
    plants = [
        plant for plant in PLANTS if FAULTS[plant.fault].pictorial and not _is_delivery(plant)
    ]
    hits: Counter[str] = Counter()
    named: dict[tuple[str, str], list[str]] = {}
    for shot, (own, found) in zip(pictures, pool.map(_look, pictures), strict=True):
        hits.update(found if shot.name in painted else ())
        for key in own:
            named.setdefault(key, []).append(shot.name)
    return Survey(
        pictures=len(pictures),
        painted=len(painted),
        alarms=Counter({key: len(names) for key, names in named.items()}),
        named=named,
        hits={plant: hits[plant.fault] for plant in plants},
    )


def _is_delivery(plant: Plant) -> bool:
    return plant.check == "delivery"


def _look(shot: Shot) -> tuple[list[tuple[str, str]], list[str]]:
    """Give the alarms on a picture, and the planted faults that were found; in a worker."""
    own = _bad(shot.findings(measure(shot.data)))
    with Image.open(io.BytesIO(shot.data)) as opened:
        image = opened.convert("RGB")
    hits = [
        plant.fault
        for plant in PLANTS
        if FAULTS[plant.fault].pictorial
        and (plant.check, plant.status) in _struck(shot, image, plant)
    ]
    return own, hits


def _struck(shot: Shot, image: Image.Image, plant: Plant) -> list[tuple[str, str]]:
    fault = FAULTS[plant.fault]
    data = fault.cut(fault.encode(fault.image(image)))
    struck = Shot(shot.name, data, fault.label, shot.model, shot.ratio, shot.size)
    return _bad(struck.findings(measure(data)))


def _bad(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    return [
        (finding.check, str(finding.status))
        for finding in findings
        if finding.status in (Status.FAIL, Status.WARN)
    ]
