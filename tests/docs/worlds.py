"""Lay the ground that each document presupposes: suites, recordings, a service that paints."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.docs.acts import (
    PREVIEW,
    Act,
    World,
    alarmed,
    appended,
    decided,
    edited,
    last_run,
    mine,
    real,
    recorded,
    stray,
    written,
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a document presupposes.

    Attributes:
        suites: Suites that lie there; none for a page that begins from nothing.
        before: What happened before its first command: command lines, or acts in Python.
        between: The same, before the first command that begins like this.
        words: What stands for something else: placeholder to what it is in this world.
        environ: Variables that are set.
    """

    suites: tuple[str, ...] = ("shop",)
    before: tuple[str | Act, ...] = ()
    between: dict[str, tuple[str | Act, ...]] = field(default_factory=dict)
    words: dict[str, str | Callable[[World], str]] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)


PAGES: dict[str, Page] = {
    "docs/blobs.md": Page(
        before=(recorded(),),
        words={"/mnt/team": lambda world: str(world.folder.with_name("team"))},
    ),
    "docs/cassettes.md": Page(),
    "docs/drift-in-plain-words.md": Page(suites=("panel",)),
    "docs/from-preview.md": Page(
        before=(
            edited("suites/shop.yaml", "suite: shop", "suite: shop\nmodel: " + PREVIEW),
            edited("suites/shop.yaml", "samples: 1", "samples: 2"),
            recorded(more="--record-only"),
        ),
    ),
    "docs/quickstart.md": Page(
        suites=(),
        before=("rm harness.toml",),
        between={"harness plan": (mine,), "harness doctor": (real,)},
    ),
    "docs/review-meeting.md": Page(
        before=(recorded(),),
        between={
            "harness approve --from": (
                decided("decisions-RUN-anna.json", "decisions-RUN-bob.json"),
            ),
        },
        words={"RUN": last_run},
    ),
    "docs/security.md": Page(),
    "docs/index.md": Page(suites=()),
    "docs/python.md": Page(suites=()),
    "docs/from-promptfoo.md": Page(
        suites=(), before=(written("promptfooconfig.yaml", "yaml"),)
    ),
    "README.md": Page(suites=(), before=(written("suites/shop.yaml", "yaml"),)),
    "docs/calibration.md": Page(
        suites=("panel",),
        before=(
            recorded("panel"),
            recorded("panel", "--record-only --recording other --samples 4"),
            recorded("panel", "--record-only --model gemini-3.1-flash-lite-image --samples 4"),
        ),
    ),
    "docs/custom-checks.md": Page(
        suites=(),
        before=(
            written("suites/shop.yaml", "yaml"), written("suites/checks.py", "python"), recorded(),
        ),
    ),
    "docs/delivery.md": Page(
        suites=("storefront",),
        between={"harness measure": ("mkdir -p downloads && cp cassettes/blobs/*/*.jpg downloads/"
                                     " && cp downloads/$(ls downloads | head -n 1) picture.jpg",)},
        words={"suites/shop.yaml": "suites/storefront.yaml"},
    ),
    "docs/executors.md": Page(suites=("storefront",), before=(recorded("storefront"),)),
    "docs/exchange.md": Page(
        before=(
            recorded(), "harness cassette export shop -o before", "cp before/fox.yaml stock.yaml",
        ),
    ),
    "docs/gateway-audit.md": Page(
        suites=("storefront",),
        between={
            "harness run --model": (
                recorded("storefront", "--recording preview-2026-05 "
                                       "--model gemini-3-pro-image-preview"),
            ),
        },
    ),
    "docs/history.md": Page(suites=("storefront",), before=(recorded("storefront"),)),
    "docs/housekeeping.md": Page(
        before=(recorded(), stray),
        words={"<stamp>": lambda world: next((world.folder / ".harness/trash").iterdir()).name},
    ),
    "docs/monitoring.md": Page(
        suites=("panel",),
        between={
            "harness monitor suites/panel.yaml --ack": (alarmed("first"),),
            "harness baseline grow suites/panel.yaml --recording second": (alarmed("second"),),
        },
    ),
    "docs/prompt-regressions.md": Page(
        suites=("edited",),
        before=(
            recorded("edited", "--record-only"), "mv suites/edited.yaml suites/shop.yaml",
            edited("suites/shop.yaml", "A fox on a shelf", "A fox on a chair"),
        ),
    ),
    "docs/pull-requests.md": Page(
        before=(
            recorded(), "harness approve --all --unseen --by ada --why start", "git init -q",
            "git add suites cassettes && git commit -q -m start",
            edited("suites/shop.yaml", "A fox on a shelf", "A fox on a chair"),
        ),
    ),
    "docs/pytest-recording.md": Page(
        suites=(),
        before=(written("conftest.py", "python"), written("test_fox.py", "python", 1)),
        environ={"GOOGLE_GEMINI_BASE_URL": "{service}"},
    ),
    "docs/recording-arms.md": Page(suites=("storefront",)),
    "docs/sharding.md": Page(before=(recorded(),)),
    "docs/reviewing.md": Page(
        before=(recorded(),),
        between={
            "harness approve --from reports": (decided("reports/RUN/decisions-RUN-anna.json"),),
            "harness review RUN --from ann": (decided("ann.json", "bob.json", but_first="bob"),),
            "harness approve --from ann": (
                decided("ann.json", "bob.json", "decisions-RUN-chair.json", but_first="bob"),
            ),
            "harness approve --from decisions": (
                decided("decisions-RUN-ann.json", "decisions-RUN-bob.json"),
            ),
        },
        words={"RUN": last_run},
    ),
    "docs/spending.md": Page(
        before=(
            edited("suites/shop.yaml", "samples: 1", "samples: 3"),
            appended("harness.toml", "toml"),
        ),
    ),
    "docs/trends.md": Page(suites=("storefront",), before=(recorded("storefront"),)),
}  # fmt: skip
