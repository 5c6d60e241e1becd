"""Hold what the stories are built from: names in order, arms, keys, endpoints."""

import dataclasses
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import httpx
import pytest

from harness.errors import NoConnection, SettingsError, UsageError
from harness.evaluate.sending import reader_of
from harness.evaluate.workspace import Wish, arm_of, providers, simulator_for
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.reference import Reference
from harness.model.request import Content, GenerationRequest, Parameters, Part, Role
from harness.model.suite import Suite, Turn, Variant
from harness.provider.transport import live_client
from harness.settings import Settings
from harness.simulator.setup import VERSIONS

PRO = "gemini-3-pro-image"
USUAL = Settings(endpoint="usual")
VARIANT = Variant(suite="s", case="c", label="", model=PRO, turns=(Turn(prompt="p"),), samples=1)


SUITE = Suite(id="s", path=Path("s.yaml"), title="s", variants=(VARIANT,))


def arms(*endpoints, model=PRO):
    return tuple(Arm(model=model, endpoint=endpoint) for endpoint in endpoints)


def test_an_upload_keeps_the_endpoints_deadline(workspace, faulty):
    """As a call does; nothing was asked yet where it ends."""
    deaf = threading.Event()
    url = faulty(lambda connection, _: deaf.wait(20))
    local = {"base_url": url, "key_env": ["K"], "deadline_s": 0.05, "limits": {"files": True}}
    settings = Settings(endpoint="local", endpoints={"local": {**local}})
    there = dataclasses.replace(workspace, settings=settings, environ={"K": "a-key-of-a-test"})
    recorder = SimpleNamespace(
        keep_signature=None, references=dict, lean=lambda: None, tell_files=lambda files: None,
        goes_out=lambda: True, blobs=there.blobs,
    )  # fmt: skip
    ref = there.blobs.put(b"\x89PNG\r\n\x1a\n" + bytes(9))
    inline = dataclasses.replace(there.endpoint("local", simulator_url=""), inline_bytes=1)
    asked = GenerationRequest(
        model=PRO,
        contents=(Content(role=Role.USER, parts=(Part(picture=ref, mime_type="image/png"),)),),
        parameters=Parameters(),
    )

    with live_client(connections=1, loopback=True) as client:
        made = providers(
            client, {"local": inline}, suite=SUITE, workspace=there, recorder=recorder
        )(Arm(model=PRO, endpoint="local"))
        with pytest.raises(NoConnection, match=r"deadline 0\.05 s"):
            made.generate(asked)

    deaf.set()


def test_names_of_runs_sort_as_their_times_do(workspace):
    """Within a second, and across its end."""
    stamps = [workspace.stamp() for _ in range(5)]

    assert stamps == sorted(stamps)
    assert len(set(stamps)) == 5
    assert stamps[0].startswith("20261123T051233Z-")
    assert stamps[-1].startswith("20261123T051234Z-")


@pytest.mark.parametrize(
    ("wish", "suite", "recorded", "chosen"),
    [
        (Wish(endpoint="flag"), "suite", arms("other"), "flag"),
        (Wish(), "suite", arms("other"), "suite"),
        (Wish(), None, arms("other"), "other"),
        (Wish(), None, arms("other", "usual"), "usual"),
        (Wish(), None, arms("other", "simulator"), "other"),
        (Wish(), None, arms("simulator"), "simulator"),
        (Wish(), None, (), "usual"),
        (Wish(), None, arms("other", model="another-model"), "usual"),
    ],
    ids=[
        "the flag",
        "the suite",
        "who recorded it",
        "the usual one",
        "a real one",
        "a rehearsal",
        "nobody",
        "another model",
    ],
)
def test_who_is_asked_is_settled_in_this_order(wish, suite, recorded, chosen):
    """The flag, the suite, who recorded it, the setting."""
    variant = dataclasses.replace(VARIANT, endpoint=suite)

    assert arm_of(variant, recorded=recorded, wish=wish, settings=USUAL).endpoint == chosen


def test_several_recorders_of_which_none_is_usual_are_asked_about():
    """Two arms are never mixed by guessing."""
    with pytest.raises(UsageError, match="recorded from a, b; say one with --endpoint"):
        arm_of(VARIANT, recorded=arms("a", "b"), wish=Wish(), settings=USUAL)


def test_a_model_of_the_flag_outranks_the_suite():
    """`--model` is sent as it is."""
    arm = arm_of(VARIANT, recorded=(), wish=Wish(model="m"), settings=USUAL)

    assert arm == Arm(model="m", endpoint="usual")


def test_an_endpoint_without_a_key_is_refused(workspace):
    """The variables that may hold it are named."""
    with pytest.raises(SettingsError, match="set GEMINI_API_KEY or GOOGLE_API_KEY"):
        workspace.endpoint("gemini", simulator_url="")


def test_no_key_stands_in_what_is_printed_of_a_workspace(workspace):
    """Neither the workspace nor the endpoint shows it."""
    here = dataclasses.replace(workspace, environ={"GEMINI_API_KEY": "a-key-of-a-test"})

    endpoint = here.endpoint("gemini", simulator_url="")

    assert endpoint.key == "a-key-of-a-test"
    assert here.keys() == ("a-key-of-a-test",)
    assert "a-key-of-a-test" not in repr(here) + repr(endpoint)


GATEWAY = {
    "base_url": "https://host/gemini",
    "key_env": "GATEWAY_KEY",
    "bearer": True,
    "api_version": "v1",
    "limits": {"inline_bytes": 7_000_000},
    "prices": {PRO: {"per_picture": {"1K": 0.1}}},
}


@pytest.fixture
def gateway(workspace):
    """Give a workspace that knows a gateway and has its key."""
    return dataclasses.replace(
        workspace,
        settings=Settings.model_validate({"endpoints": {"gateway": GATEWAY}}),
        environ={"GATEWAY_KEY": "a-key-of-a-test"},
    )


def test_an_endpoint_is_built_as_it_is_set(gateway):
    """Address, key's form and what it takes; what is not said is the service's own limit."""
    built = gateway.endpoint("gateway", simulator_url="")

    assert (built.base_url, built.api_version) == ("https://host/gemini", "v1")
    assert (built.key_header, built.key_scheme) == ("authorization", "Bearer ")
    assert (built.inline_bytes, built.request_bytes, built.files) == (7_000_000, 100_000_000, False)


def test_the_service_itself_has_a_files_api(workspace):
    """Large pictures go there by address, without a word in harness.toml."""
    here = dataclasses.replace(workspace, environ={"GEMINI_API_KEY": "a-key-of-a-test"})

    assert here.endpoint("gemini", simulator_url="").files


def test_an_endpoints_prices_are_its_own(gateway):
    """The gateway's list there, the provider's at home and at the simulator."""
    sold = gateway.offers("gateway")

    assert sold.find(PRO).price().per_picture == {"1K": 0.1}
    assert sold.find("gemini-3.1-flash-image").prices == ()
    assert gateway.offers("gemini") is gateway.catalogue
    assert gateway.offers("simulator") is gateway.catalogue


def test_a_reference_that_changes_under_way_is_not_sent(workspace):
    """What was declared is what is sent, or nothing is."""
    path = workspace.root / "fox.png"
    path.write_bytes(b"before")
    blob = BlobRef.of(b"before")
    turn = Turn(
        prompt="p", references=(Reference(path="fox.png", blob=blob, mime_type="image/png"),)
    )
    variant = dataclasses.replace(VARIANT, turns=(turn,))
    suite = Suite(id="s", path=workspace.root / "s.yaml", title="s", variants=(variant,))
    read = reader_of(suite, workspace.blobs)

    assert read(blob) == b"before"
    path.write_bytes(b"after")
    with pytest.raises(UsageError, match="changed while the run was under way"):
        read(blob)
    path.unlink()
    with pytest.raises(UsageError, match="cannot be read any more"):
        read(blob)


def test_the_built_in_simulator_paints_as_the_settings_say():
    """Equal settings give equal pictures, another version others; no answer says which."""
    answers = [
        _painted(simulator_version=version, simulator_seed=7)
        for version in ("same", "same", "subtle")
    ]

    pictures = [_picture(answer) for answer in answers]
    assert pictures[0] == pictures[1] != pictures[2]
    assert not any("subtle" in answer.text or "subtle" in str(answer.headers) for answer in answers)
    assert all(answer.headers["x-simulated"] for answer in answers)


def test_every_version_of_the_simulator_can_be_set():
    """The settings and the simulator name the same versions."""
    assert get_args(Settings.model_fields["simulator_version"].annotation) == VERSIONS


def _painted(**said):
    asked = {
        "contents": [{"parts": [{"text": "A mug on a desk"}]}],
        "generationConfig": {
            "responseModalities": ["IMAGE"],
            "imageConfig": {"imageSize": "512", "aspectRatio": "1:1"},
        },
    }
    model = "gemini-3.1-flash-image"
    with simulator_for({"simulator"}, Settings(**said)) as url:
        path = f"{url}/v1beta/models/{model}:generateContent"
        return httpx.post(path, json=asked, headers={"x-goog-api-key": "of-a-test"}, timeout=60)


def _picture(answer):
    (part,) = answer.json()["candidates"][0]["content"]["parts"]
    return part["inlineData"]["data"]
