"""Lay the ground for the benchmarks of cassettes: the same answers, for us and for stock vcrpy."""

import base64
import io
import json
import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops
from vcr.persisters.filesystem import FilesystemPersister
from vcr.request import Request
from vcr.serializers import yamlserializer

from harness.model.arm import Arm
from harness.model.sample import SampleKey
from harness.recording.cassettes import Cassettes
from harness.recording.interaction import Interaction, WireRequest, WireResponse
from harness.recording.packing import pack
from harness.recording.skeletons import body_digest
from harness.store.blobs import BlobStore

SIDE = 4096
"""Pixels of a side of a 4K picture of ratio 1:1."""
ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")
URL = f"https://generativelanguage.googleapis.com/v1beta/models/{ARM.model}:generateContent"


def request(number: int, *, references: int = 0) -> bytes:
    """Give the body of a request, with references of half a megabyte as the SDK spells them."""
    rng = np.random.default_rng(number)
    parts: list[dict[str, object]] = [{"text": f"a fox, number {number}"}]
    for _ in range(references):
        data = base64.urlsafe_b64encode(rng.bytes(500_000)).decode()
        parts.append({"inlineData": {"mimeType": "image/png", "data": data}})
    return json.dumps({"contents": [{"role": "user", "parts": parts}]}).encode()


def answer(picture: bytes) -> bytes:
    """Give the body of an answer with a picture, as the service writes it."""
    inline = {"mimeType": "image/jpeg", "data": base64.b64encode(picture).decode()}
    content = {"parts": [{"inlineData": inline}], "role": "model"}
    tree = {"candidates": [{"content": content, "finishReason": "STOP"}], "responseId": "r"}
    return json.dumps(tree, indent=2).encode() + b"\n"


def interaction(number: int, asked: bytes, answered: bytes, blobs: BlobStore) -> Interaction:
    """Give an answer as our recorder would have kept it."""
    return Interaction(
        key=SampleKey(case="fox", variant="", sample=number),
        arm=ARM,
        cell="c",
        session="s",
        recorded_at="2026-11-23T00:00:00+00:00",
        request_digest=body_digest(asked, operation="generateContent"),
        request=WireRequest(method="POST", url=URL, body=pack(asked, keep=blobs.put)),
        response=WireResponse(
            status=200,
            headers={"content-type": "application/json"},
            body=pack(answered, keep=blobs.put),
        ),
    )


def lay(folder: Path, name: str, *, count: int, size: int, references: int = 0) -> None:
    """Write `count` answers of `size` bytes of picture twice: ours, and stock YAML."""
    ours, blobs = ground(folder, name)
    requests, responses, items = [], [], []
    for number in range(count):
        asked, answered = request(number, references=references), answer(os.urandom(size))
        items.append(interaction(number, asked, answered, blobs))
        requests.append(Request("POST", URL, asked, {"content-type": "application/json"}))
        responses.append(
            {
                "status": {"code": 200, "message": "OK"},
                "headers": {"content-type": ["application/json"]},
                "body": {"string": answered},
            }
        )
    ours.write(items)
    stock = {"requests": requests, "responses": responses}
    FilesystemPersister.save_cassette(str(stock_file(folder, name)), stock, yamlserializer)


def lay_ours(folder: Path, name: str, *, count: int, size: int) -> None:
    """Write `count` answers for us alone."""
    ours, blobs = ground(folder, name)
    ours.write(
        interaction(number, request(number), answer(os.urandom(size)), blobs)
        for number in range(count)
    )


def lay_pictures(folder: Path, name: str, *, count: int) -> None:
    """Write answers with 4K JPEG pictures of quality 100, none like another."""
    ours, blobs = ground(folder, name)
    painted = picture()
    ours.write(
        interaction(number, request(number), answer(shifted(painted, number)), blobs)
        for number in range(count)
    )


def picture() -> Image.Image:
    """Paint 4096x4096 pixels with structure at every scale, as photographs have it."""
    rng = np.random.default_rng(7)
    size = (SIDE, SIDE)
    image = Image.new("RGB", size, "grey")
    for side in (8, 64, 512):
        small = Image.fromarray(rng.integers(0, 256, (side, side, 3), np.uint8))
        image = Image.blend(image, small.resize(size, Image.Resampling.BICUBIC), 0.4)
    grain = Image.merge("RGB", [Image.effect_noise(size, 12)] * 3)
    return Image.blend(image, grain, 0.3)


def shifted(image: Image.Image, number: int) -> bytes:
    """Encode another part of the picture, which goes on at its edges."""
    written = io.BytesIO()
    ImageChops.offset(image, 331 * number, 173 * number).save(written, "JPEG", quality=100)
    return written.getvalue()


def ground(folder: Path, name: str) -> tuple[Cassettes, BlobStore]:
    """Name our recording and blobs of a benchmark."""
    return Cassettes(folder, suite=name, recording="main"), BlobStore(folder / name / "blobs")


def stock_file(folder: Path, name: str) -> Path:
    """Name stock vcrpy's cassette of a benchmark."""
    return folder / f"{name}.yaml"
