"""What an endpoint does not take is refused before anything is spent."""

import dataclasses

import pytest

from harness.errors import UsageError
from harness.evaluate.limits import refuse_over_limits
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.reference import Reference
from harness.model.request import Parameters
from harness.model.suite import Turn, Variant
from harness.runner.chain import Chain
from harness.settings import Settings

MODEL = "gemini-3-pro-image"


def picture(size=300):
    blob = dataclasses.replace(BlobRef.of(b"\x89PNG\r\n\x1a\n"), size=size)
    return Reference(path="a.png", blob=blob, mime_type="image/png")


def chain(*turns, endpoint="gateway", sample=0):
    variant = Variant(suite="s", case="c", label="x", model=MODEL, turns=turns, samples=2)
    return Chain(variant=variant, sample=sample, arm=Arm(model=MODEL, endpoint=endpoint))


@pytest.fixture
def check(workspace):
    """Hold chains against an endpoint `gateway` of the given limits."""

    def check(*chains, **limits):
        gateway = {"base_url": "https://host", "key_env": ["K"], "limits": limits}
        settings = Settings.model_validate({"endpoints": {"gateway": gateway}})
        refuse_over_limits(chains, dataclasses.replace(workspace, settings=settings))

    return check


TWO = Turn(prompt="p", references=(picture(), picture()))
ONE = Turn(prompt="q", references=(picture(),))


def sized(**given):
    return Turn(prompt="p", parameters=Parameters(**given))


@pytest.mark.parametrize(
    ("turns", "fits", "over", "said"),
    [
        ((TWO,), {"references": 2}, {"references": 1}, "2 reference pictures in one request"),
        ((TWO, ONE), {"references": 3}, {"references": 2}, "3 reference pictures in one request"),
        (
            (sized(image_size="4K"),),
            {"image_sizes": ["1K", "4K"]},
            {"image_sizes": ["1K", "2K"]},
            "image_size 4K, and endpoint 'gateway' takes 1K, 2K;",
        ),
        (
            (sized(aspect_ratio="16:9"),),
            {"aspect_ratios": ["16:9"]},
            {"aspect_ratios": ["1:1"]},
            "aspect_ratio 16:9, and endpoint 'gateway' takes 1:1;",
        ),
        (
            (TWO,),
            {"inline_bytes": 300},
            {"inline_bytes": 299},
            "a reference picture of 300 bytes, and endpoint 'gateway' takes 299 bytes",
        ),
        (
            (TWO, ONE),
            {"request_bytes": 3 * 400 + 2 + 2000},
            {"request_bytes": 3 * 400 + 2 + 1999},
            "a request of about 3,202 bytes, and endpoint 'gateway' takes 3,201 bytes",
        ),
        ((sized(),), {"image_sizes": ["2K"], "aspect_ratios": []}, None, ""),
    ],
    ids=["references", "of all turns", "size", "ratio", "inline", "request", "nothing asked"],
)
def test_a_limit_is_inclusive_and_what_passes_it_is_refused(check, turns, fits, over, said):
    """With variant, figure, limit, endpoint, and what to do."""
    check(chain(*turns), **fits)

    if over is not None:
        with pytest.raises(UsageError) as caught:
            check(chain(*turns), chain(*turns, sample=1), **over)
        (line,) = str(caught.value).split("\n")
        assert line.startswith(f"s: c[x]: {said}")
        (key,) = over
        assert f"correct endpoints.gateway.limits.{key} in harness.toml" in line


def test_what_can_go_by_the_files_api_is_not_too_large(check):
    """Pictures above both limits are uploaded; their number still counts."""
    check(chain(TWO), files=True, inline_bytes=10, request_bytes=10)

    with pytest.raises(UsageError, match="2 reference pictures"):
        check(chain(TWO), files=True, references=1)


def test_a_hundred_megabytes_are_too_many_where_no_limit_is_said(check):
    """The service's own limit holds for whoever forwards to it."""
    with pytest.raises(UsageError, match="takes 100,000,000 bytes and has no Files API"):
        check(chain(Turn(prompt="p", references=(picture(75_000_000),))))


def test_the_simulator_and_the_service_itself_take_all_that_the_model_takes(check):
    """They have no limits of their own."""
    large = Turn(prompt="p", references=(picture(80_000_000),) * 14)

    check(chain(large, endpoint="simulator"), chain(large, endpoint="gemini"))


def test_of_many_the_first_are_shown(check):
    """The rest are counted."""
    many = [
        dataclasses.replace(one, variant=dataclasses.replace(one.variant, label=str(i)))
        for i, one in enumerate([chain(TWO)] * 8)
    ]

    with pytest.raises(UsageError) as caught:
        check(*many, references=1)

    lines = str(caught.value).split("\n")
    assert len(lines) == 6
    assert lines[-1] == "and 3 more of the kind"
