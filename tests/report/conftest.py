"""Build runs of painted pictures for the report's tests."""

import hashlib
import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from harness.compute.processes import Processes
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.checks import (
    Ask,
    Checks,
    Consistency,
    EditLimits,
    PictureText,
    Question,
    Rate,
    Region,
)
from harness.model.features import (
    Agreement,
    Edit,
    EditKind,
    Features,
    Looks,
    Reading,
    Reply,
)
from harness.model.generation import Generation, Grounding, Source, Usage
from harness.model.picture import Markings, Measures
from harness.model.reference import Reference
from harness.model.request import Parameters, Part
from harness.model.run import Charge, Judged, Run, SuiteResult
from harness.model.sample import Failure, Receipt, Sample, SampleKey, Standing
from harness.model.showing import NOTHING_MORE, Showing
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status, Verdict
from harness.report.write import Sources, write_report
from tools.browser import ARGUMENTS, CHROMIUM

OWN_SCRIPTS = re.compile(r'<script defer src="assets/[a-z0-9.-]+"></script>\n')

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")


@pytest.fixture(scope="module")
def browser():
    """Start Chromium for the pages of one module."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS])
        yield browser
        browser.close()


def painted(index: int, *, size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> bytes:
    """Paint a small picture that differs from index to index."""
    image = Image.new("RGB", size, (40 + index * 37 % 200, 90, 200 - index * 53 % 180))
    draw = ImageDraw.Draw(image)
    draw.ellipse((8, 8, size[0] - 8 - index % 7, size[1] - 8), fill=(250, 200, index % 256))
    draw.text((2, 2), str(index), fill="white")
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@dataclass
class Workshop:
    """Make runs, keep their blobs in a folder, and say where they lie."""

    root: Path
    measures: dict[str, Measures] = field(default_factory=dict)

    @property
    def sources(self) -> Sources:
        return Sources(
            original=self.original,
            derivative_cache=self.root / "derivatives",
            executor=Processes(workers=1),
        )

    def original(self, sha256: str) -> Path | None:
        path = self.root / "blobs" / sha256
        return path if path.exists() else None

    def blob(self, data: bytes, *, size: tuple[int, int] = (64, 48)) -> BlobRef:
        ref = BlobRef.of(data)
        (self.root / "blobs").mkdir(exist_ok=True)
        (self.root / "blobs" / ref.sha256).write_bytes(data)
        self.measures[ref.sha256] = Measures(
            sha256=ref.sha256, true_type="image/jpeg", size=len(data), width=size[0], height=size[1]
        )
        return ref

    def picture(self, index: int) -> Part:
        return Part(picture=self.blob(painted(index)), mime_type="image/jpeg")

    def generation(self, index: int, **fields: object) -> Generation:
        fields.setdefault("parts", (self.picture(index),))
        generation = Generation(
            finish_reason="STOP",
            usage=Usage(
                prompt=16, candidates=1290, thoughts=140, candidates_by_modality={"IMAGE": 1120}
            ),
            model_version="gemini-3-pro-image",
            response_id=f"answer-{index}",
        )
        return replace(generation, **fields)

    def variant(self, case: str = "night-city", label: str = "16:9,4K", **fields) -> Variant:
        turn = Turn(
            prompt=fields.pop("prompt", "A retro-futuristic night city with flying cars"),
            references=fields.pop("references", ()),
            parameters=Parameters(aspect_ratio="16:9", image_size="4K"),
        )
        fields.setdefault("turns", (turn,))
        fields.setdefault("samples", 1)
        return Variant(suite="storefront", case=case, label=label, model=ARM.model, **fields)

    def reference(self, index: int) -> Reference:
        return Reference(
            path=f"references/mascot/{index}.jpg",
            blob=self.blob(painted(index)),
            mime_type="image/jpeg",
        )

    def sample(
        self, variant: Variant, generation: Generation | None, *, index: int = 0, **fields
    ) -> Sample:
        digest = hashlib.sha256(f"{variant.id} {index}".encode()).hexdigest()
        fields.setdefault(
            "receipt",
            Receipt(
                arm=ARM,
                session="s1",
                recorded_at="2026-11-20T10:00:00Z",
                seconds=21.4,
                request_digest=digest,
            )
            if generation
            else None,
        )
        fields.setdefault("standing", Standing.RECORDED if generation else Standing.MISSING)
        return Sample(
            key=SampleKey(
                case=variant.case,
                variant=variant.label,
                sample=index,
                turn=fields.pop("turn", 0),
            ),
            variant_id=variant.id,
            cell=digest,
            arm=ARM,
            prompt=variant.turns[0].prompt,
            generation=generation,
            **fields,
        )

    def judged(self, variant: Variant, *samples: Sample, findings: tuple[Finding, ...]) -> Judged:
        return Judged(variant=variant, samples=samples, verdict=Verdict(findings=findings))

    def one(self, index: int, status: Status, *, case: str = "", message: str = "") -> Judged:
        """Make a variant of one sample with one finding."""
        variant = self.variant(case or f"case-{index}", "")
        return self.judged(
            variant,
            self.sample(variant, self.generation(index), cost_usd=0.134),
            findings=(finding(status, message or f"finding number {index}", sample=0),),
        )

    def run(self, *judged: Judged, findings: tuple[Finding, ...] = (), **fields) -> Run:
        suite = SuiteResult(
            suite="storefront",
            title="Storefront",
            path="suites/storefront.yaml",
            recording="main",
            generated=fields.pop("generated", 0),
            recorded_from="2026-11-18T09:00:00Z",
            recorded_to="2026-11-20T10:00:00Z",
            simulated=fields.pop("simulated", False),
            epoch="",
            judged=judged,
            findings=findings,
        )
        fields.setdefault("suites", (suite,))
        return Run(
            id="20261123T051233Z-9f2c",
            at="2026-11-23T05:12:33Z",
            seconds=3.2,
            measures=self.measures,
            environment={"pillow": "12.0.0", "harness": "0.1.0"},
            **fields,
        )

    def every_status(self) -> Run:
        """Make a run that holds every status, section and drawer of the page."""
        return self.run(
            self._failing(),
            self.one(1, Status.WARN, message="the same picture again, encoded anew (2 bits)"),
            self.one(2, Status.NEW, message="nobody has decided on this picture"),
            self._refused(),
            self._failed_call(),
            self._unrecorded(),
            self.one(3, Status.PASS, message="delivered as asked"),
            findings=(finding(Status.WARN, "two suites share one reference", check="references"),),
            command="harness run suites/storefront.yaml --live missing",
        )

    def whole_model(self) -> Run:
        """Make a run that shows every feature of the model, and every trouble with it."""
        run = self.every_status()
        text = "many_words_without_a_blank_" * 400
        charge = Charge(
            suite="storefront", sample=text, endpoint="gemini", ceiling_usd=0.63, why=text
        )
        checked = self.checked(text)
        judged = (*run.judged, self._talk(text), self._batched(), *checked.judged)
        return replace(
            run,
            suites=(replace(checked.suites[0], judged=judged, findings=run.suites[0].findings),),
            spent_usd=1.2,
            calls=9,
            may_be_charged=(charge,),
        )

    def checked(self, text: str = "said", *, references: int = 1) -> Run:
        """Make a run of one variant with two samples of two turns, and every opinion check."""
        rate = Rate(bad=0, of=4)
        question = Question(text=f"Is it a fox? {text}")
        grade = Question(text="How well?", at_least=3)
        foxes = tuple(self.reference(88 + number) for number in range(references))
        checks = Checks(
            consistency=(Consistency(name="fox", references=foxes, max_bad=rate),),
            edit=EditLimits(
                must_change=(Region(left=0.1, top=0.2, right=0.5, bottom=0.6),),
                must_keep=(Region(left=0, top=0.5, right=1, bottom=1),),
                max_bad=rate,
            ),
            text=PictureText(contains=("OPEN LATE", text), max_bad=rate),
            ask=Ask(model="asked-model", questions=(question, grade), max_bad=rate),
        )
        turns = (Turn(prompt="A fox"), Turn(prompt="A hat on it", checks=checks))
        variant = self.variant("checked", "", turns=turns, samples=2)
        samples = [
            self.sample(variant, self.generation(60 + 2 * i + turn), index=i, turn=turn)
            for i in range(2)
            for turn in range(2)
        ]
        names = [sample.generation.picture.picture.sha256 for sample in samples]
        shas = (foxes[0].blob.sha256, names[1], names[3], self.reference(89).blob.sha256)
        features = Features(
            looks=(
                Looks(
                    measure="look", version="1", names=shas,
                    rows=(
                        (0, 0.12, 0.9, 0.5), (0.12, 0, 0.45, 0.7), (0.9, 0.45, 0, 0.3),
                        (0.5, 0.7, 0.3, 0),
                    ),
                ),
            ),
            edits=tuple(self.edit(names[i], names[i + 1]) for i in (0, 2)),
            agreements=(
                Agreement(
                    model="asked-model", question=question, agreed=2, accepted=1, rejected=1
                ),
            ),
            readings=(Reading(sha256=names[1], language="eng", lines=("OPEN LAIE", text)),),
            replies=(
                Reply(sha256=names[1], model="asked-model", question=question, answer="yes",
                      why=f"it says so: {text}"),
                Reply(sha256=names[3], model="asked-model", question=question, answer="no"),
                Reply(sha256=names[1], model="asked-model", question=grade, problem="refused"),
            ),
        )  # fmt: skip
        run = self.run(self.judged(variant, *samples, findings=self._found_on_checks()))
        return replace(run, suites=(replace(run.suites[0], features=features),))

    def _found_on_checks(self) -> tuple[Finding, ...]:
        said = "AUC .50 against the other characters: not discriminative for this suite"
        return (
            Finding(check="consistency[fox]", status=Status.WARN, message=said, turn=1),
            Finding(check="consistency[fox]", status=Status.WARN, message="odd", sample=1, turn=1),
            Finding(check="edit", status=Status.FAIL, message="all changed", sample=0, turn=1),
            Finding(check="text", status=Status.WARN, message="lacks LATE", sample=0, turn=1),
            Finding(check="decided", status=Status.PASS, message="accepted by a", sample=0, turn=1),
            Finding(check="decided", status=Status.FAIL, message="rejected", sample=1, turn=1),
        )

    def edit(self, before: str, after: str, **fields: object) -> Edit:
        """Make an edit of 2x2 tiles, one of which changed."""
        tiles = {"colour": (9.0, 0, 0, 0), "structure": (0.5, 0, 0, 0)}
        tiles |= {"changed": (True, False, False, False), "columns": 2, "rows": 2}
        tiles |= {"components": 1, "kind": EditKind.LOCAL, "tone": (4.0, 0, 0)}
        return Edit(before=before, after=after, **(tiles | fields))

    def _talk(self, text: str) -> Judged:
        asked = Parameters(system_instruction=text, safety_settings={text: "OFF"}, stream=True)
        first = Turn(prompt=text, references=(self.reference(95),), parameters=asked)
        variant = self.variant("talk", "", turns=(first, replace(first, prompt="And now?")))
        grounding = Grounding(queries=(text,), sources=(Source(uri="https://x.org", title=text),))
        parts = (Part(text=text, thought=True), Part(text=text), self.picture(70), Part(other=text))
        samples = [
            self.sample(
                variant,
                self.generation(70 + turn, parts=parts, streamed=True, grounding=grounding),
                turn=turn,
            )
            for turn in range(2)
        ]
        found = (finding(Status.WARN, "look at it", sample=0),)
        return self.judged(variant, *samples, findings=found)

    def _batched(self) -> Judged:
        """Make an answer of a batch job, delivered otherwise than the rest."""
        judged = self.one(75, Status.WARN, case="batched")
        sample = judged.samples[0]
        sha256 = sample.generation.picture.picture.sha256
        coarse = Markings(luma_sum=1858, subsampling="4:2:0")
        self.measures[sha256] = replace(self.measures[sha256], markings=coarse)
        batched = replace(sample, receipt=replace(sample.receipt, batch="batches/abc"))
        return replace(judged, samples=(batched,))

    def _failing(self) -> Judged:
        variant = self.variant(references=(self.reference(90), self.reference(91)), samples=2)
        grounding = Grounding(
            queries=("neon city 2026", ""),
            sources=(Source(uri="https://example.org/city", title="A city"),),
            suggestions_html="<style>p{color:green}</style><p>neon city</p>",
        )
        thinking = Part(picture=self.blob(painted(80)), mime_type="image/jpeg", thought=True)
        plan = Part(text="The city needs rain.", thought=True)
        parts = (plan, Part(text="Here is the city."), thinking, self.picture(10))
        rich = self.generation(10, parts=parts, grounding=grounding)
        return self.judged(
            variant,
            self.sample(variant, rich, cost_usd=0.24),
            self.sample(variant, self.generation(11), index=1, cost_usd=0.24),
            findings=(
                finding(
                    Status.FAIL,
                    "asked 4K (5504x3072), delivered 64x48; ask the gateway why",
                    sample=0,
                    check="image_size",
                ),
                finding(Status.PASS, "answered with one picture", sample=1, check="answered"),
            ),
        )

    def _refused(self) -> Judged:
        variant = self.variant("hat-edit", "")
        parts = (Part(text="I cannot make this picture."),)
        refused = self.generation(
            20, parts=parts, finish_reason="IMAGE_SAFETY", finish_message="Unsafe picture."
        )
        return self.judged(
            variant,
            self.sample(variant, refused),
            findings=(finding(Status.FAIL, "refused: IMAGE_SAFETY", sample=0, check="answered"),),
        )

    def _failed_call(self) -> Judged:
        variant = self.variant("overloaded", "")
        failure = Failure(kind="ServiceFailed", message="The model is overloaded.", status=503)
        return self.judged(
            variant,
            self.sample(variant, None, failure=failure),
            findings=(finding(Status.ERROR, "no answer: ServiceFailed", sample=0, check="call"),),
        )

    def _unrecorded(self) -> Judged:
        variant = self.variant("not-yet", "1:1,2K")
        return self.judged(
            variant,
            self.sample(
                variant, None, why="image_size was 1K when it was recorded", expected_usd=0.134
            ),
            findings=(finding(Status.UNRECORDED, "1 of 1 samples to record, about $0.13"),),
        )


def finding(
    status: Status, message: str, *, sample: int | None = None, check: str = "contract"
) -> Finding:
    return Finding(check=check, status=status, message=message, sample=sample)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(root=tmp_path)


@pytest.fixture
def say() -> Callable[..., Finding]:
    """Give the maker of findings."""
    return finding


@pytest.fixture
def write(workshop: Workshop, tmp_path: Path) -> Callable[..., str]:
    """Write a run's report and give the page's text, the tags of its own scripts left out."""

    def written(run: Run, showing: Showing = NOTHING_MORE) -> str:
        folder = tmp_path / "reports" / run.id
        path = write_report(run, folder=folder, sources=workshop.sources, showing=showing)
        return OWN_SCRIPTS.sub("", path.read_text(encoding="utf-8"))

    return written


@pytest.fixture
def words() -> Callable[[str], str]:
    """Give what is read on a page: its text without tags, white space as one blank."""

    def read(page: str) -> str:
        body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    return read


@dataclass
class Element:
    """An element of a parsed page."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Give what is read in it, white space as one blank."""
        parts = (c if isinstance(c, str) else c.text for c in self.children)
        return " ".join(" ".join(parts).split())

    def all(self, tag: str, **attributes: str) -> list["Element"]:
        """Give the elements below, in order; `class_` asks for one class among several."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child._is(tag, attributes) else []
                found += child.all(tag, **attributes)
        return found

    def one(self, tag: str, **attributes: str) -> "Element":
        (found,) = self.all(tag, **attributes)
        return found

    def _is(self, tag: str, attributes: dict[str, str]) -> bool:
        wanted = dict(attributes)
        kind = wanted.pop("class_", None)
        classed = kind is None or kind in self.attributes.get("class", "").split()
        return tag == self.tag and classed and wanted.items() <= self.attributes.items()


class _Reader(HTMLParser):
    """Builds elements, and closes what HTML leaves open."""

    _EMPTY = frozenset({"meta", "img", "hr", "br", "link", "input", "iframe"})
    _CELLS = frozenset({"td", "th"})

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element(tag="", attributes={})]

    def handle_starttag(self, tag, attrs):
        if tag in self._CELLS and self.open[-1].tag in self._CELLS:
            self.open.pop()
        element = Element(tag=tag, attributes={name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in self._EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag in self._EMPTY:
            return
        if tag == "tr" and self.open[-1].tag in self._CELLS:
            self.open.pop()
        assert self.open.pop().tag == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.open[-1].children.append(data)


@pytest.fixture
def parsed(write: Callable[..., str]) -> Callable[..., Element]:
    """Write a run's report and give the page as elements; every tag must close its own."""

    def read(run: Run, showing: Showing = NOTHING_MORE) -> Element:
        reader = _Reader()
        reader.feed(write(run, showing))
        reader.close()
        assert len(reader.open) == 1
        return reader.open[0]

    return read
