"""Each fault does on the wire what its sentence promises, and is billed as it should be."""

import base64
import contextlib
import io
import json
import operator
import ssl
from functools import cache

import httpx
import pytest
from PIL import Image

from harness.errors import UsageError
from harness.simulator.app import create_app
from harness.simulator.faults.fault import Where
from harness.simulator.faults.table import FAULTS, read_faults
from harness.simulator.paint.encode import NOTE
from harness.simulator.server import serving
from harness.simulator.setup import Setup

HEADERS = {"x-goog-api-key": "a-key-of-a-test"}
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # unused, and dear to make for each request
PATH = "/v1beta/models/gemini-3-pro-image"
CALLS = [name for name, fault in FAULTS.items() if fault.where is Where.CALL]


class _Served:
    """One answer of a simulator in which one thing goes wrong, and the bill after it."""

    def __init__(self, name, *, operation="generateContent", times=1, model="", **config):
        request = {"contents": [{"parts": [{"text": "a fox"}]}]}
        if config:
            request["generationConfig"] = {"imageConfig": config}
        path = f"/v1beta/models/{model}" if model else PATH
        self.answers, self.error = [], None
        options = {"seed": 5, "pool": 1, "stall": 0.01, "retry_delay": 0.5}
        with serving(faults=(name,), **options) as url:
            for _ in range(times):
                with contextlib.suppress(httpx.TransportError):
                    sent = httpx.post(
                        f"{url}{path}:{operation}",
                        json=request,
                        headers=HEADERS,
                        timeout=20,
                        verify=TLS,
                    )
                    self.answers.append(sent)
            self.bill = httpx.get(f"{url}/simulator/bill?lines=1", verify=TLS).json()
        self.lines = self.bill["lines"]

    @property
    def http(self):
        return self.answers[0]

    @property
    def error_body(self):
        return self.http.json()["error"]

    @property
    def parts(self):
        return self.http.json()["candidates"][0]["content"]["parts"]

    @property
    def data(self):
        found = [part["inlineData"] for part in self.parts if "inlineData" in part]
        return base64.b64decode(found[-1]["data"])

    @property
    def image(self):
        opened = Image.open(io.BytesIO(self.data))
        opened.load()
        return opened

    @property
    def drawn(self):
        return self.http.json()["usageMetadata"]["candidatesTokensDetails"][0]["tokenCount"]


Served = cache(_Served)  # what one test saw, others may look at


ERRORS = {
    "bad-key": (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    "expired-key": (400, "INVALID_ARGUMENT", "API key expired. Please renew the API key."),
    "unknown-field": (400, "INVALID_ARGUMENT", "Unknown name \"x\" at 'contents[0].parts[0]'"),
    "missing-signature": (400, "INVALID_ARGUMENT", "missing a thought_signature in content"),
    "bad-ratio": (400, "INVALID_ARGUMENT", "aspect_ratio must be one of '1:1'"),
    "invalid-image": (400, "INVALID_ARGUMENT", "Provided image is not valid"),
    "location": (400, "FAILED_PRECONDITION", "User location is not supported"),
    "unauthenticated": (401, "UNAUTHENTICATED", "OAuth 2 access token"),
    "leaked-key": (403, "PERMISSION_DENIED", "Your API key was reported as leaked."),
    "blocked-api": (403, "PERMISSION_DENIED", "are blocked."),
    "not-found": (404, "NOT_FOUND", "is not found for API version v1beta"),
    "quota": (429, "RESOURCE_EXHAUSTED", "Please retry in 0.5s."),
    "quota-daily": (429, "RESOURCE_EXHAUSTED", "Please retry in 28800s."),
    "quota-zero": (429, "RESOURCE_EXHAUSTED", "limit: 0"),
    "quota-short": (429, "RESOURCE_EXHAUSTED", "(e.g. check quota)."),
    "internal": (500, "INTERNAL", "An internal error has occurred."),
    "overloaded": (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    "high-demand": (503, "UNAVAILABLE", "currently experiencing high demand."),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_has_the_service_s_words_and_costs_nothing(name):
    """Code, status and message are those of the service; nothing was generated."""
    served = Served(name)

    code, status, words = ERRORS[name]
    assert (served.http.status_code, served.error_body["code"]) == (code, code)
    assert served.error_body["status"] == status
    assert words in served.error_body["message"]
    assert (served.bill["usd"], served.bill["by_outcome"]) == (0, {name: 1})


def details(name):
    rows = Served(name).error_body["details"]
    return {row["@type"].rpartition(".")[2]: row for row in rows}


@pytest.mark.parametrize(
    ("name", "delay", "quota"),
    [
        ("quota", "0.5s", "GenerateRequestsPerMinutePerProjectPerModel"),
        ("quota-daily", "28800s", "GenerateRequestsPerDayPerProjectPerModel"),
        ("quota-zero", "0.5s", "GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
    ],
)
def test_a_quota_says_which_and_when_again(name, delay, quota):
    """QuotaFailure and RetryInfo are there; no header says it."""
    found = details(name)

    assert found["RetryInfo"]["retryDelay"] == delay
    assert found["QuotaFailure"]["violations"][0]["quotaId"] == quota
    assert found["Help"]["links"]


def test_a_key_s_refusal_says_why():
    """ErrorInfo names the reason, as the service does."""
    assert details("bad-key")["ErrorInfo"]["reason"] == "API_KEY_INVALID"
    assert details("blocked-api")["ErrorInfo"]["reason"] == "API_KEY_SERVICE_BLOCKED"


def test_a_deadline_comes_after_the_painting():
    """504, and the picture is on the bill."""
    served = Served("deadline")

    assert (served.http.status_code, served.error_body["status"]) == (504, "DEADLINE_EXCEEDED")
    assert [line["fate"] for line in served.lines] == ["late"]
    assert served.bill["undelivered_usd"] == served.bill["usd"] > 0.13


@pytest.mark.parametrize("name", ["slow", "drip"])
def test_a_late_answer_is_whole(name):
    """It comes as any other, and counts as delivered."""
    served = Served(name)

    assert served.image.size == (1408, 768)
    assert served.lines[0]["fate"] == "whole"
    assert served.bill["undelivered_usd"] == 0


@pytest.mark.parametrize("name", ["cut-before", "cut-within"])
@pytest.mark.parametrize("operation", ["generateContent", "streamGenerateContent?alt=sse"])
def test_a_cut_connection_gives_no_answer_and_is_billed(name, operation):
    """The client sees the connection break; the picture was painted all the same."""
    served = Served(name, operation=operation)

    assert served.answers == []
    assert served.lines[0]["fate"] == "cut"
    assert served.bill["undelivered_usd"] > 0.13


def test_a_hanging_answer_ends_when_its_client_goes():
    """Nothing comes; the bill says that it was cut."""
    with serving(seed=5, faults=("hang",), pool=1) as url:
        body = {"contents": [{"parts": [{"text": "[[text]]"}]}]}
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{url}{PATH}:generateContent", json=body, headers=HEADERS, timeout=0.5)
        bill = httpx.get(f"{url}/simulator/bill?lines=1").json()

    assert bill["answers"] == 1
    assert bill["undelivered_usd"] == bill["usd"] > 0


def test_truncated_json_comes_in_a_complete_answer():
    """The length is that of what came, and what came is no JSON."""
    served = Served("truncated-json")

    assert served.http.status_code == 200
    assert int(served.http.headers["content-length"]) == len(served.http.content)
    with pytest.raises(json.JSONDecodeError):
        served.http.json()


FINISHES = [
    name for name, fault in FAULTS.items() if fault.outcome and fault.outcome.finish != "STOP"
]
SHAPES = {"empty-candidates", "absent-candidates", "null-parts"}


@pytest.mark.parametrize("name", sorted(set(FINISHES) - SHAPES))
def test_a_refusal_has_its_finish_reason_and_no_picture(name):
    """Only prompt and thoughts are billed."""
    served = Served(name)

    candidate = served.http.json()["candidates"][0]
    assert candidate["finishReason"] == name.upper().replace("-", "_")
    assert "parts" not in candidate.get("content", {})
    assert (served.lines[0]["picture_tokens"], served.bill["usd"] < 0.01) == (0, True)


@pytest.mark.parametrize("name", [name for name in CALLS if name.startswith("block-")])
def test_a_blocked_prompt_has_no_candidates(name):
    """The reason is in the feedback."""
    body = Served(name).http.json()

    reason = name.removeprefix("block-").upper().replace("-", "_")
    assert "candidates" not in body
    assert body["promptFeedback"] == {"blockReason": reason}


def test_shapes_without_sense_are_as_gateways_send_them():
    """An empty list, none at all, and parts that are null."""
    assert Served("empty-candidates").http.json()["candidates"] == []
    absent = Served("absent-candidates").http.json()
    assert not {"candidates", "promptFeedback"} & set(absent)
    null = Served("null-parts").http.json()["candidates"][0]
    assert (null["content"], null["finishReason"]) == ({"parts": None}, "IMAGE_SAFETY")


def test_an_apology_ends_well_and_has_words_only():
    """STOP, sorry, and no picture."""
    served = Served("apology")

    assert served.http.json()["candidates"][0]["finishReason"] == "STOP"
    assert "sorry" in served.parts[0]["text"]
    assert not any("inlineData" in part for part in served.parts)


def test_a_truncated_picture_does_not_decode():
    """The base64 is whole, the JPEG is not."""
    with pytest.raises(OSError, match="truncated"):
        _ = Served("truncated-picture").image


def test_a_png_label_stands_on_jpeg_bytes():
    """The label lies, the bytes do not."""
    served = Served("png-label")

    assert served.parts[-1]["inlineData"]["mimeType"] == "image/png"
    assert served.data.startswith(b"\xff\xd8\xff")


def test_a_dropped_size_shows_in_pixels_and_tokens():
    """1K and 1120 tokens where 4K was asked for."""
    served = Served("size-dropped", imageSize="4K", aspectRatio="16:9")

    assert (served.image.size, served.drawn) == ((1376, 768), 1120)


def test_an_ignored_ratio_gives_a_square():
    """The size that was asked for is kept."""
    served = Served("ratio-ignored", aspectRatio="16:9", imageSize="1K")

    assert served.image.size == (1024, 1024)


def test_an_upscaled_picture_has_the_pixels_and_tokens_but_not_the_detail():
    """It survives a reduction to 1K and back; an honest one does not."""

    def lost(name):
        served = Served(name, imageSize="2K", aspectRatio="1:1")
        assert served.image.size == (2048, 2048)
        grey = served.image.convert("L")
        small = grey.resize((1024, 1024), Image.Resampling.BOX)
        back = small.resize(grey.size, Image.Resampling.BICUBIC)
        pairs = zip(grey.tobytes()[::97], back.tobytes()[::97], strict=True)
        return sum(abs(one - other) for one, other in pairs)

    assert lost("upscaled") * 2 < lost("upscaled:0")


def test_a_4k_that_is_upscaled_is_sold_at_the_tokens_of_4k():
    """Usage says 2000, as asked."""
    served = Served("upscaled", imageSize="4K", aspectRatio="1:1")

    assert (served.image.size, served.drawn) == ((4096, 4096), 2000)


def test_a_letterbox_has_black_bars():
    """Above and below, and not at the middle."""
    grey = Served("letterbox").image.convert("L")

    assert max(grey.crop((0, 0, grey.width, 60)).tobytes()) < 8
    assert max(grey.crop((0, grey.height - 60, grey.width, grey.height)).tobytes()) < 8
    middle = grey.crop((0, grey.height // 2, grey.width, grey.height // 2 + 1))
    assert max(middle.tobytes()) > 30


@pytest.mark.parametrize(("name", "count"), [("repeated-2x", 2), ("repeated-4x", 4)])
def test_repeated_pixels_hold_no_more_than_the_small_picture(name, count):
    """Taking every n-th pixel and repeating it gives nearly the same back."""

    def lost(name):
        grey = Served(name).image.convert("L")
        few = grey.resize((grey.width // count, grey.height // count), Image.Resampling.NEAREST)
        back = few.resize(grey.size, Image.Resampling.NEAREST)
        return sum(
            abs(a - b) for a, b in zip(grey.tobytes()[::97], back.tobytes()[::97], strict=True)
        )

    assert lost(name) * 2 < lost(f"{name}:0")


@pytest.mark.parametrize("name", ["coarse-q30", "coarse-q60", "upscaled-4x"])
def test_what_was_lost_before_does_not_show_in_the_file(name):
    """It is written with the finest steps, as every picture is."""
    assert sum(Served(name).image.quantization[0]) == 64


def test_a_frame_is_of_one_colour_on_all_sides():
    """And the middle is not."""
    image = Served("framed").image
    edges = [(5, 5), (image.width - 5, 5), (5, image.height // 2), (700, image.height - 5)]

    assert all(max(abs(a - 240) for a in image.getpixel(at)) < 16 for at in edges)
    assert len(image.resize((64, 64)).getcolors(4096)) > 500


def test_a_doubled_picture_has_its_left_half_twice():
    """To within what JPEG changes."""
    grey = Served("doubled").image.convert("L")
    half = grey.width // 2
    left = grey.crop((0, 0, half, grey.height)).tobytes()
    right = grey.crop((half, 0, 2 * half, grey.height)).tobytes()

    assert sum(abs(a - b) for a, b in zip(left[::97], right[::97], strict=True)) < len(left) / 97


def test_the_app_s_mark_is_bright_in_the_corner():
    """Its middle stands 43 px from both edges, at 1024 px."""
    marked, plain = Served("app-mark").image, Served("app-mark:0").image
    at = 43 * plain.width // 1024

    def light(image):
        return sum(image.getpixel((image.width - at, image.height - at)))

    assert light(marked) > light(plain) + 40


def test_a_blank_picture_has_one_colour():
    """Grey, whatever was asked for."""
    assert Served("blank").image.convert("L").getextrema() == (128, 128)


def test_a_cut_out_is_a_png_with_transparency_that_says_it_is_simulated():
    """Label and bytes agree; text and XMP have the mark; a pool's prints differ in bytes."""
    served = Served("cut-out", times=2)

    assert served.parts[-1]["inlineData"]["mimeType"] == "image/png"
    assert served.data.startswith(b"\x89PNG")
    assert served.image.mode == "RGBA"
    assert served.image.getchannel("A").getextrema() == (0, 255)
    assert served.image.info["comment"] == NOTE
    assert b"gemini-image-harness simulator" in served.image.info["xmp"]
    assert len({answer.content for answer in served.answers}) == 2


def shapes(name, pool):
    """Give three answers' bytes, and how far the lights of the last two lie from the first's."""
    sent = {"contents": [{"parts": [{"text": "a fox"}]}]}
    sent["generationConfig"] = {"imageConfig": {"imageSize": "512"}}
    path = "/v1beta/models/gemini-3.1-flash-image:generateContent"
    pictures = []
    with serving(faults=(name,), seed=5, pool=pool) as url:
        for _ in range(3):
            body = httpx.post(url + path, json=sent, headers=HEADERS, verify=TLS).json()
            parts = body["candidates"][0]["content"]["parts"]
            pictures.append(base64.b64decode(parts[-1]["inlineData"]["data"]))
    greys = [Image.open(io.BytesIO(p)).convert("L").resize((8, 8)).tobytes() for p in pictures]
    first, *others = [[level > sum(grey) / 64 for level in grey] for grey in greys]
    return pictures, [sum(map(operator.ne, first, other)) for other in others]


@pytest.mark.parametrize("pool", [0, 8])
def test_answers_that_are_alike_differ_in_bytes_only(pool):
    """One composition, whether painted or printed; without the fault there are several."""
    pictures, alike = shapes("alike", pool)
    _, free = shapes("alike:0", pool)

    assert len(set(pictures)) == 3
    assert max(alike) <= 3
    assert max(free) >= 10


def test_a_thought_is_the_only_picture():
    """It is marked, and has no signature."""
    pictures = [part for part in Served("thought-only").parts if "inlineData" in part]

    assert [(part["thought"], "thoughtSignature" in part) for part in pictures] == [(True, False)]


def test_two_pictures_come_for_one():
    """Both are final, unlike, and charged."""
    served = Served("two-pictures")

    pictures = [part["inlineData"]["data"] for part in served.parts if "inlineData" in part]
    assert len(set(pictures)) == 2
    assert served.drawn == 2240


def test_an_error_may_hide_in_a_200():
    """The body has an error and nothing else."""
    served = Served("error-200")

    assert served.http.status_code == 200
    assert set(served.http.json()) == {"error"}


def test_a_gateway_s_page_is_no_json():
    """502, HTML, and no header of the service."""
    served = Served("html-502")

    assert (served.http.status_code, served.http.headers["content-type"]) == (502, "text/html")
    assert served.http.text.startswith("<html>")
    assert "server-timing" not in served.http.headers


def test_a_cache_repeats_an_answer_to_the_byte():
    """Without it no two answers are equal; a repeated one is not generated again."""
    cached, fresh = Served("cached", times=3), Served("cached:0", times=3)

    assert len({answer.content for answer in cached.answers}) == 1
    assert len({answer.content for answer in fresh.answers}) == 3
    assert (cached.bill["answers"], fresh.bill["answers"]) == (1, 3)
    assert cached.bill["by_outcome"] == {"cached": 2, "good": 1}


def test_a_stripping_gateway_leaves_the_picture():
    """No version, usage, id or header of the service; the bill still knows what it cost."""
    served = Served("stripped")

    assert set(served.http.json()) == {"candidates"}
    headers = set(served.http.headers)
    assert not {name for name in headers if name.startswith(("x-", "server"))}
    assert served.image.size == (1408, 768)
    assert served.bill["usd"] > 0.13


def test_a_re_encoding_gateway_shows_in_the_bytes():
    """The quantisation is coarser and the dpi is gone."""
    picture = Served("re-encoded").image

    assert sum(picture.quantization[0]) > 64
    assert picture.info.get("jfif_unit") != 1
    assert sum(Served("re-encoded:0").image.quantization[0]) == 64


def test_a_cheaper_model_answers_under_the_dearer_name():
    """No thoughts are counted, the default ratio is another, the size is 1K."""
    served = Served("cheaper-model", imageSize="4K")

    body = served.http.json()
    assert body["modelVersion"] == "gemini-3-pro-image"
    assert "thoughtsTokenCount" not in body["usageMetadata"]
    assert (served.image.size, served.drawn) == ((1024, 1024), 1120)


PICTURED = (
    *("slow", "drip", "png-label", "size-dropped", "ratio-ignored", "upscaled", "letterbox"),
    *("thought-only", "two-pictures", "cached", "stripped", "re-encoded", "cheaper-model"),
    *("upscaled-4x", "repeated-2x", "coarse-q30", "framed", "doubled", "app-mark", "blank"),
    "alike",
)


@pytest.mark.parametrize("name", PICTURED)
def test_no_fault_takes_the_simulated_mark(name):
    """Comment and XMP are in every picture, whatever befell it."""
    picture = Served(name).image

    assert picture.info["comment"] == NOTE.encode()
    assert b"gemini-image-harness simulator" in picture.info["xmp"]


def test_a_truncated_picture_keeps_the_mark_too():
    """It stands before the pixels."""
    assert NOTE.encode() in Served("truncated-picture").data


@pytest.mark.parametrize(
    "name", ["apology", "null-parts", "stripped", "thought-only", "block-other"]
)
def test_streams_have_the_faults_too(name):
    """The events hold what the whole answer would."""
    served = Served(name, operation="streamGenerateContent?alt=sse")

    lines = served.http.text.split("\r\n\r\n")[:-1]
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert len(events) >= 1
    assert served.bill["by_outcome"] == {name: 1}


def test_a_share_is_a_share_and_a_seed_repeats_it():
    """About three in ten calls, the same ones again."""

    def befallen():
        with (
            serving(seed=9, faults=("internal:0.2", "quota-short:0.1")) as url,
            httpx.Client(base_url=url, headers=HEADERS, verify=TLS) as client,
        ):
            body = {"contents": [{"parts": [{"text": "[[text]] x"}]}]}
            sent = [client.post(f"{PATH}:generateContent", json=body) for _ in range(100)]
            return [answer.status_code for answer in sent]

    first = befallen()

    assert 0.15 < sum(code != 200 for code in first) / 100 < 0.45
    assert set(first) == {200, 429, 500}
    assert befallen() == first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nope",), "no such fault"),
        (("quota:1.5",), "share from 0 to 1"),
        (("quota:x",), "share from 0 to 1"),
        (("quota:nan",), "share from 0 to 1"),
        (("quota:-0.1",), "share from 0 to 1"),
        (("quota:0.6", "slow:0.5"), "sum to 1.1"),
        (("quota:0.1", "quota:0.1"), "said twice"),
    ],
)
def test_an_ill_formed_fault_is_refused(words, said):
    """By name, with what to do."""
    with pytest.raises(UsageError, match=said):
        read_faults(words)
    with pytest.raises(UsageError, match=said):
        create_app(Setup(faults=words))


def test_shares_may_sum_to_one_for_each_draw():
    """Uploads and batches have draws of their own."""
    chances = read_faults(("quota:0.7", "slow:0.3", "upload-failed", "batch-partly"))

    assert [chance.share for chance in chances] == [0.7, 0.3, 1.0, 1.0]


def test_every_fault_is_said_in_one_sentence():
    """The table can be read."""
    for name, fault in FAULTS.items():
        assert fault.name == name == name.lower()
        assert fault.says.endswith(".")
        assert "\n" not in fault.says


def uploaded(client, command="upload, finalize"):
    start = {"x-goog-upload-protocol": "resumable", "x-goog-upload-command": "start"}
    started = client.post("/upload/v1beta/files", headers=start)
    if started.status_code != 200:
        return started
    ended = {"x-goog-upload-command": command, "x-goog-upload-offset": "0"}
    return client.post(started.headers["x-goog-upload-url"], content=b"x", headers=ended)


def test_uploads_fail_where_they_should():
    """At the start, at the end, or as a file that cannot be used."""
    answers = {}
    for name in ("upload-refused", "upload-failed", "file-failed"):
        with (
            serving(faults=(name,)) as url,
            httpx.Client(base_url=url, headers=HEADERS, verify=TLS) as client,
        ):
            answers[name] = uploaded(client)
            listed = client.get("/v1beta/files").json().get("files", [])
            assert len(listed) == (name == "file-failed")
            if listed:
                part = {"fileData": {"fileUri": listed[0]["uri"]}}
                body = {"contents": [{"parts": [part]}]}
                used = client.post(f"{PATH}:generateContent", json=body)
                assert used.json()["error"]["status"] == "FAILED_PRECONDITION"

    assert answers["upload-refused"].status_code == 503
    assert answers["upload-failed"].status_code == 500
    assert answers["file-failed"].json()["file"]["state"] == "FAILED"


@pytest.mark.parametrize("end", ["failed", "expired", "cancelled"])
def test_jobs_end_badly(end):
    """No results, an error, nothing billed."""
    job, bill = worked(f"batch-{end}")

    assert job["metadata"]["state"] == f"BATCH_STATE_{end.upper()}"
    assert "response" not in job
    assert job["error"]["code"] in {1, 4, 13}
    assert bill["usd"] == 0


def worked(name):
    row = {"request": {"contents": [{"parts": [{"text": "[[text]]"}]}]}}
    body = {"batch": {"inputConfig": {"requests": {"requests": [row] * 4}}}}
    with (
        serving(faults=(name,)) as url,
        httpx.Client(base_url=url, headers=HEADERS, verify=TLS) as client,
    ):
        made = client.post(f"{PATH}:batchGenerateContent", json=body).json()
        job = client.get(f"/v1beta/{made['name']}").json()
        return job, client.get("/simulator/bill").json()


def test_a_job_may_fail_in_part():
    """Every other result is an error, and only the others are billed."""
    job, bill = worked("batch-partly")

    rows = job["response"]["inlinedResponses"]["inlinedResponses"]
    assert [set(row) for row in rows] == [{"error"}, {"response"}] * 2
    assert bill["answers"] == 2


def test_faults_befall_the_requests_of_a_job_too():
    """A refusal is the item's error."""
    job, bill = worked("internal:1.0")

    rows = job["response"]["inlinedResponses"]["inlinedResponses"]
    assert [row["error"]["code"] for row in rows] == [13] * 4
    assert bill["usd"] == 0
