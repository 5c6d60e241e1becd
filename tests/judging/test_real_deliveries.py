"""Every real picture is given to the back end that delivered it, and never to another."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import fields
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from PIL import Image

from harness.judging.delivery import backend_of, provenance_of_picture
from harness.measure.markings import markings
from harness.measure.measures import measure
from harness.model.provenance import STABLE, BackendName, Provenance, Weight

STUDIO, VERTEX = BackendName.AI_STUDIO, BackendName.VERTEX
REENCODED, SIMULATED = BackendName.REENCODED, BackendName.SIMULATED

TRUTH = {
    "aspects_three-kittens/*.webp": REENCODED,
    "chat_fox-figurine/*.jpg": REENCODED,
    "edit_kiwi-to-dog_31flashlite/run?.jpg": STUDIO,
    "edit_kiwi-to-dog_31flashlite/*_input0.jpg": REENCODED,
    "edit_skull-pancake/*.webp": REENCODED,
    "grounded_weather/pro-preview-mexico-city.jpg": STUDIO,
    "grounded_weather/pro-tokyo-16x9-1376x768.jpg": REENCODED,
    "repeat_siamese-cat_ruby/25flash-*.png": STUDIO,
    "repeat_siamese-cat_ruby/31flash*-aistudio*.jpg": STUDIO,
    "repeat_siamese-cat_ruby/31flashlite-vertex-*.jpg": VERTEX,
    "repeat_siamese-cat_ruby/openrouter-gateway_0.jpg": STUDIO,
}
"""By the sources in `index.json`; inputs of an edit and pictures of a blog came from elsewhere."""

CASSETTES = {
    "TestImageGenerationCapability*.yaml": 1,
    "test_google_image_generation_with_text*.yaml": 1,
    "test_google_image_generation_with_web_search*.yaml": 1,
    "test_google_image_generation_vcr*.yaml": 1,
    "test_google_image_edit_binary_image_vcr*.yaml": 1,
    "test_google_image_or_text_output*.yaml": 1,
    "test_google_multiple_images*.yaml": 1,
}
"""Pictures of the plain answers; all came from AI Studio."""


def provenance_of(data):
    """Tell by the container and the size alone."""
    return provenance_of_picture(measure(data, methods=()))


@pytest.fixture(scope="module")
def delivered(real_data):
    """Give each real picture's true back end and its provenance, by path."""
    found = {}
    for pattern, truth in TRUTH.items():
        for path in sorted((real_data / "images").glob(pattern)):
            found[path.name] = (truth, provenance_of(path.read_bytes()))
    return found


def pictured_answers_of(path):
    """Give the body of each recorded answer with a picture, and the picture."""
    for item in yaml.load(path.read_text(), Loader=yaml.CSafeLoader)["interactions"]:
        body = item["response"].get("parsed_body") or {}
        for candidate in body.get("candidates", ()):
            for part in candidate["content"].get("parts", ()):
                if "inlineData" in part:
                    yield body, base64.b64decode(part["inlineData"]["data"])


def pictures_of(path):
    return [picture for _, picture in pictured_answers_of(path)]


def test_every_real_picture_fits_its_own_back_end(real_data, delivered):
    """Of all pictures each goes where it came from: no error in either direction."""
    table = Counter((truth, backend_of(it).name) for truth, it in delivered.values())

    assert len(delivered) == len(list((real_data / "images").glob("*/*.*")))
    assert table == {(STUDIO, STUDIO): 10, (VERTEX, VERTEX): 2, (REENCODED, REENCODED): 18}


def test_every_recorded_picture_fits_ai_studio(real_data):
    """The pictures of the recorded answers, PNGs without any mark among them, fit AI Studio."""
    found = Counter()
    for pattern in CASSETTES:
        (path,) = (real_data / "cassettes" / "pydantic-ai").glob(pattern)
        for data in pictures_of(path):
            found[backend_of(provenance_of(data)).name] += 1

    assert found == {STUDIO: sum(CASSETTES.values())}


def test_the_document_says_these_rates(real_data, delivered, request):
    """docs/delivery.md counts each different file once, and claims what is measured here."""
    recorded = {
        digest
        for pattern in CASSETTES
        for path in (real_data / "cassettes" / "pydantic-ai").glob(pattern)
        for digest in map(sha256_of, pictures_of(path))
    }
    files = {truth: set() for truth, _ in delivered.values()}
    for pattern, truth in TRUTH.items():
        for path in (real_data / "images").glob(pattern):
            files[truth].add(sha256_of(path.read_bytes()))
    page = (request.config.rootpath / "docs" / "delivery.md").read_text(encoding="utf-8")

    counts = [len(files[STUDIO] | recorded), len(files[VERTEX]), len(files[REENCODED]), 45, 30]

    rows = re.findall(r"\| (\d+) \| (\d+) \| 0 \| (\d+) % \|", page)
    assert rows == [(str(n), str(n), str(rate_at_most(n))) for n in counts]


def rate_at_most(count):
    """Give the largest rate, in %, of which no error in `count` is as rare as 1 in 20."""
    return round(100 * (1 - 0.05 ** (1 / count)))


def sha256_of(data):
    return hashlib.sha256(data).hexdigest()


def test_stable_facts_are_stable_within_a_back_end(delivered):
    """Raw pictures of one back end and one container differ in no stable fact."""
    digests = {}
    for truth, provenance in delivered.values():
        if truth in (STUDIO, VERTEX):
            digests.setdefault((truth, provenance.container), set()).add(provenance.digest)

    assert {key: len(found) for key, found in digests.items()} == {
        (STUDIO, "image/jpeg"): 1,
        (STUDIO, "image/png"): 1,
        (VERTEX, "image/jpeg"): 1,
    }


def test_thinking_tokens_are_stable_within_a_model(real_data):
    """Every answer of Gemini 3 Pro reports thinking tokens, every other model's none."""
    thoughts = Counter()
    for pattern in CASSETTES:
        (path,) = (real_data / "cassettes" / "pydantic-ai").glob(pattern)
        for body, _ in pictured_answers_of(path):
            counted = "thoughtsTokenCount" in body["usageMetadata"]
            thoughts[body["modelVersion"].startswith("gemini-3-pro"), counted] += 1

    assert thoughts == {(True, True): 3, (False, False): 4}


def test_what_was_left_out_varies_within_a_back_end(delivered):
    """Dots per inch, the exact quantisation sum and pixels do vary: they are no change."""

    def values(truth, name):
        return {
            getattr(it, name)
            for true, it in delivered.values()
            if true is truth and it.container == "image/jpeg"
        }

    assert values(STUDIO, "dpi") == {(300, 300), ()}
    assert values(VERTEX, "luma_sum") == {560, 592}
    assert len(values(STUDIO, "width")) > 1
    assert {"dpi", "luma_sum", "width"}.isdisjoint(STABLE)
    assert set(STABLE) < {field.name for field in fields(Provenance)}


def test_the_back_ends_differ_in_every_pair(delivered):
    """A picture of one back end is a change of delivery from each of the others."""
    first = {}
    for truth, provenance in delivered.values():
        first.setdefault((truth, provenance.container), provenance)

    pairs = [(one, two) for one in first.values() for two in first.values() if one is not two]

    assert all(one.changes_to(two) for one, two in pairs)


def test_a_real_picture_written_anew_is_told(real_data):
    """A real picture that Pillow saves again, at any usual quality, fits no back end."""
    names = Counter()
    for path in sorted((real_data / "images").glob("repeat_siamese-cat_ruby/*"))[::3]:
        for form, options in [
            ("JPEG", {"quality": 75}), ("JPEG", {"quality": 92}), ("JPEG", {"quality": 100}),
            ("WEBP", {"quality": 80, "method": 0}), ("PNG", {"compress_level": 1}),
        ]:  # fmt: skip
            out = BytesIO()
            with Image.open(path) as image:
                image.save(out, form, **options)
            names[backend_of(provenance_of(out.getvalue())).name] += 1

    assert names == {REENCODED: 3 * 5}


def test_shipped_pictures_are_simulated(delivered):
    """Every picture that ships with the harness bears the simulator's mark, and says so."""
    shipped = sorted((Path(__file__).parents[2] / "cassettes" / "blobs").glob("*/*.jpg"))

    backends = [backend_of(provenance_of(path.read_bytes())) for path in shipped]

    assert len(backends) >= 30
    assert {backend.name for backend in backends} == {SIMULATED}
    assert not any(e.weight is Weight.AGAINST for b in backends for e in b.evidence)
    assert not any(markings(p.read_bytes()).credit for p in shipped)
