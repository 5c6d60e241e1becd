"""The official SDK, which no one here wrote, is served like by the service.

The tour is the same over httpx and httpx2, sync and async.
"""

import asyncio
import importlib
import io
import json
from datetime import timedelta
from operator import attrgetter

import numpy as np
import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from harness.simulator.paint.reference import paint_reference
from harness.simulator.server import serving

PRO = "gemini-3-pro-image"


@pytest.fixture(scope="module")
def sdk(url):
    options = types.HttpOptions(base_url=url, api_version="v1beta")
    with genai.Client(api_key="a-key", http_options=options) as client:
        yield client


def picture(response):
    parts = response.candidates[0].content.parts
    return [part for part in parts if part.inline_data and not part.thought][-1].inline_data.data


def decoded(data):
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert("L"), dtype=float)


def test_the_sdk_generates(sdk):
    """Text to picture, with ratio and size, usage and id."""
    config = types.GenerateContentConfig(
        response_modalities=["TEXT", "IMAGE"],
        image_config=types.ImageConfig(aspect_ratio="16:9", image_size="1K"),
        tools=[types.Tool(google_search=types.GoogleSearch())],
    )

    response = sdk.models.generate_content(model=PRO, contents="A night city", config=config)

    assert decoded(picture(response)).shape == (768, 1376)
    assert response.candidates[0].finish_reason is types.FinishReason.STOP
    assert response.usage_metadata.candidates_tokens_details[0].token_count == 1120
    assert response.candidates[0].grounding_metadata.web_search_queries[0] == ""
    assert response.model_version == PRO


def test_the_sdk_edits_with_three_references(sdk):
    """Three references count as prompt tokens of modality IMAGE."""
    sheets = [paint_reference(name, 2, (256, 256)) for name in ("fox", "owl", "cat")]
    parts = [types.Part.from_bytes(data=sheet, mime_type="image/jpeg") for sheet in sheets]

    response = sdk.models.generate_content(model=PRO, contents=["Put these together", *parts])

    details = {
        item.modality.value: item.token_count
        for item in response.usage_metadata.prompt_tokens_details
    }
    assert details["IMAGE"] == 3 * 560
    assert decoded(picture(response)).shape == (1024, 1024)


def test_the_sdk_chats_and_a_small_edit_stays_small(sdk):
    """History goes back with signatures; an edit keeps the rest, a new scene the character."""
    chat = sdk.chats.create(model=PRO)

    first = picture(chat.send_message("A fox figurine on a shelf"))
    planet = "Put a small blue planet on its hat, change nothing else"
    second = picture(chat.send_message(planet))
    third = picture(chat.send_message("Now it is at the beach"))

    changed = np.abs(decoded(first) - decoded(second)) > 12
    assert 0.0005 < changed.mean() < 0.10
    assert (np.abs(decoded(second) - decoded(third)) > 12).mean() > 0.4


def test_the_sdk_streams(sdk):
    """Events arrive in order: words, one picture, the end."""
    events = list(sdk.models.generate_content_stream(model=PRO, contents="stream a cat"))

    parts = [part for event in events for part in event.candidates[0].content.parts or []]
    assert sum(part.inline_data is not None for part in parts) == 1
    assert events[-1].candidates[0].finish_reason is types.FinishReason.STOP


def test_the_sdk_reads_errors(sdk):
    """Errors arrive with code, status and message."""
    config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="7:5"))

    with pytest.raises(errors.ClientError) as caught:
        sdk.models.generate_content(model=PRO, contents="x", config=config)

    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    assert "aspect_ratio must be one of" in caught.value.message


def test_the_sdk_lists_models_and_counts_tokens(sdk):
    """The free calls work too."""
    assert f"models/{PRO}" in [model.name for model in sdk.models.list()]
    assert sdk.models.count_tokens(model=PRO, contents="hello there").total_tokens > 0


class Guide:
    """One client of the SDK, sync or async, behind one face."""

    def __init__(self, client, runner=None):
        self.client = client.aio if runner else client
        self.runner = runner

    def __call__(self, path, /, **arguments):
        """Call a method by its path, and wait for what it gives."""
        return self.wait(attrgetter(path)(self.client)(**arguments))

    def wait(self, given):
        async def awaited():
            return await given

        return self.runner.run(awaited()) if self.runner else given

    def all(self, path, /, **arguments):
        """Gather all that a stream or a list gives, page by page."""
        given = self(path, **arguments)

        async def gathered():
            return [item async for item in given]

        return self.runner.run(gathered()) if self.runner else list(given)


@pytest.fixture(scope="module")
def drill():
    with serving(seed=2, pool=1, batch_polls=1) as address:
        yield address


def guided(url, library, mode):
    """Make a client whose requests the named library sends, and check that it does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_GENAI_HTTP_CLIENT", library)
        transport = importlib.import_module(library).AsyncHTTPTransport()
        options = types.HttpOptions(
            base_url=url,
            async_client_args={"transport": transport},  # else it takes aiohttp where that is
        )
        client = genai.Client(api_key="a-key", http_options=options)
    inner = client._api_client
    sender = inner._async_httpx_client if mode == "async" else inner._httpx_client
    assert library in {cls.__module__.partition(".")[0] for cls in type(sender).__mro__}
    return client


@pytest.fixture(
    scope="module",
    params=[("httpx", "sync"), ("httpx", "async"), ("httpx2", "sync"), ("httpx2", "async")],
    ids="-".join,
)
def guide(request, drill):
    client = guided(drill, *request.param)
    if request.param[1] == "sync":
        yield Guide(client)
    else:
        with asyncio.Runner() as runner:
            yield Guide(client, runner)
            runner.run(client.aio.aclose())
    client.close()


def test_a_tour_edits_in_a_chat_with_signatures(guide):
    """The model's turn goes back with its signatures, and is taken."""
    chat = guide.client.chats.create(model=PRO)

    first = guide.wait(chat.send_message("A fox figurine on a shelf"))
    second = guide.wait(chat.send_message("Put a hat on it"))

    parts = [part for part in first.candidates[0].content.parts if part.inline_data]
    assert parts[0].thought_signature
    assert second.candidates[0].finish_reason is types.FinishReason.STOP
    assert len(picture(second)) > 10_000


def test_a_tour_streams(guide):
    """One event has the picture, the last one the end."""
    events = guide.all("models.generate_content_stream", model=PRO, contents="a cat")

    parts = [part for event in events for part in event.candidates[0].content.parts or []]
    assert sum(part.inline_data is not None for part in parts) == 1
    assert events[-1].candidates[0].finish_reason is types.FinishReason.STOP


def test_a_tour_uploads_uses_and_deletes_a_file(guide):
    """A file is used by its entry, and gone when it is deleted."""
    sheet = paint_reference("fox", 2, (256, 256))
    config = {"mime_type": "image/jpeg", "display_name": "ref"}

    file = guide("files.upload", file=io.BytesIO(sheet), config=config)
    found = guide("files.get", name=file.name)
    listed = guide.all("files.list")
    used = guide("models.generate_content", model=PRO, contents=["[[text]] this", file])
    guide("files.delete", name=file.name)

    assert (found.size_bytes, found.state.value) == (len(sheet), "ACTIVE")
    assert found.expiration_time - found.create_time == timedelta(hours=48)
    assert file.name in [each.name for each in listed]
    assert used.usage_metadata.prompt_tokens_details[0].token_count == 560
    with pytest.raises(errors.ClientError) as caught:
        guide("files.get", name=file.name)
    assert caught.value.code == 403


def test_a_tour_runs_an_inline_batch(guide):
    """It is polled until it is done; each request has its result, in order."""
    rows = [
        {"contents": [{"parts": [{"text": "[[text]] a"}], "role": "user"}]},
        {
            "contents": [{"parts": [{"text": "b"}], "role": "user"}],
            "config": {"image_config": {"aspect_ratio": "7:5"}},
        },
    ]

    job = guide("batches.create", model=PRO, src=rows, config={"display_name": "d"})
    states = [job.state.value]
    while states[-1] not in {"JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED"}:
        job = guide("batches.get", name=job.name)
        states.append(job.state.value)

    assert states == ["JOB_STATE_PENDING", "JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED"]
    first, second = job.dest.inlined_responses
    assert first.response.text == "You asked for this: a."
    assert "aspect_ratio" in second.error.message
    assert job.name in [each.name for each in guide.all("batches.list")]
    guide("batches.delete", name=job.name)


def test_a_tour_runs_a_batch_of_a_file(guide):
    """Lines go up, lines come down."""
    lines = json.dumps({"key": "k", "request": {"contents": [{"parts": [{"text": "[[text]] x"}]}]}})
    source = io.BytesIO(lines.encode())

    file = guide("files.upload", file=source, config={"mime_type": "jsonl"})
    job = guide("batches.create", model=PRO, src=file.name)
    for _ in range(2):
        job = guide("batches.get", name=job.name)
    data = guide("files.download", file=job.dest.file_name)

    row = json.loads(data)
    assert row["key"] == "k"
    assert row["response"]["candidates"][0]["finishReason"] == "STOP"


def test_a_tour_counts_and_lists(guide):
    """The free calls."""
    counted = guide("models.count_tokens", model=PRO, contents="hello there")

    assert counted.total_tokens > 0
    assert guide("models.get", model=PRO).input_token_limit == 131072
    assert f"models/{PRO}" in [model.name for model in guide.all("models.list")]


def test_a_tour_searches(guide):
    """Queries, chunks and the chip arrive."""
    config = types.GenerateContentConfig(tools=[types.Tool(google_search=types.GoogleSearch())])

    found = guide("models.generate_content", model=PRO, contents="today's weather", config=config)

    grounding = found.candidates[0].grounding_metadata
    assert any(grounding.web_search_queries)
    assert grounding.grounding_chunks[0].web.uri
    assert "<style>" in grounding.search_entry_point.rendered_content


def test_a_tour_meets_an_unknown_model(guide):
    """404, with what to do."""
    with pytest.raises(errors.ClientError) as caught:
        guide("models.generate_content", model="gemini-0", contents="x")

    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")
    assert "Call ModelService.ListModels" in caught.value.message


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("library", ["httpx", "httpx2"])
@pytest.mark.parametrize(
    ("fault", "code", "kind"),
    [("bad-key", 400, "ErrorInfo"), ("quota", 429, "RetryInfo"), ("overloaded", 503, "")],
)
def test_a_tour_meets_errors(library, mode, fault, code, kind):
    """Code and details arrive."""
    with serving(faults=(fault,)) as url, asyncio.Runner() as runner:
        client = guided(url, library, mode)
        guide = Guide(client, runner if mode == "async" else None)
        with pytest.raises(errors.APIError) as caught:
            guide("models.generate_content", model=PRO, contents="x")
        runner.run(client.aio.aclose())
        client.close()

    assert caught.value.code == code
    rows = caught.value.details["error"].get("details", [])
    assert kind in {row["@type"].rpartition(".")[2] for row in rows} or not kind
