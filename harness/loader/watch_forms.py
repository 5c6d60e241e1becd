"""Say what a suite's `drift` may hold: how its answers are watched for a change."""

from typing import Annotated, Literal

from pydantic import Field

from harness.loader.base_forms import Form
from harness.loader.texts import SOME_TEXT
from harness.model.watch import Watch

_PLAIN = Watch()
Answers = Annotated[int, Field(ge=2, le=1000)]
Share = Annotated[float, Field(gt=0.0, lt=1.0)]
Effect = Annotated[float, Field(gt=0.0, le=10.0)]


class WatchForm(Form):
    """How answers are held against the reference sample; everything may be left out."""

    reference: Answers = Field(
        default=_PLAIN.reference, description="Answers a cell of the reference sample."
    )
    fresh: Answers = Field(default=_PLAIN.fresh, description="Fresh answers a cell of one look.")
    confirm: Annotated[int, Field(ge=10, le=1000)] = Field(
        default=_PLAIN.confirm, description="Fresh answers a cell of a confirmation, 10 or more."
    )
    cells: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=_PLAIN.cells, description="Cells that are needed before the suite is watched."
    )
    sessions: Annotated[int, Field(ge=1, le=365)] = Field(
        default=_PLAIN.sessions,
        description="Sessions on different days without which day effects are not measurable.",
    )
    alpha: Share = Field(
        default=_PLAIN.alpha, description="False-alarm rate of a one-shot comparison."
    )
    screen: Share = Field(
        default=_PLAIN.screen, description="False-alarm rate of a monitor's first step."
    )
    every: Literal["daily", "weekly"] = Field(
        default="weekly",
        description="How often a monitor looks; the second step's rate is .001 or .005.",
    )
    matters: Effect = Field(
        default=_PLAIN.matters,
        description="The smallest effect that matters, in mean distances within the reference: "
        "0.12 is JPEG quality 30, 0.29 slight blur, 0.68 blur.",
    )
    margin: Effect = Field(
        default=_PLAIN.margin,
        description="Below this effect two arms are as good as equal: 0.12 is JPEG quality 30.",
    )
    power: Annotated[float, Field(ge=0.5, lt=1.0)] = Field(
        default=_PLAIN.power, description="How often a change that matters is to be seen."
    )
    embedder: Annotated[str, Field(pattern=SOME_TEXT, max_length=100)] = Field(
        default="", description="A measure of look that is one more channel."
    )

    def watch(self) -> Watch:
        """Give what is said, as the model holds it."""
        return Watch(**self.model_dump())
