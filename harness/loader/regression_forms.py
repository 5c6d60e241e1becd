"""Say what a suite's `regression` may hold: how much worse an edited question may do."""

from typing import Annotated

from pydantic import Field

from harness.loader.base_forms import Form
from harness.model.regression import Margins

_PLAIN = Margins()
Margin = Annotated[float, Field(ge=0.01, le=0.5)]


class MarginsForm(Form):
    """Margins within which an edited question does no worse; everything may be left out."""

    margin: Margin = Field(
        default=_PLAIN.margin,
        description="Of shares of bad answers, and of the text's error rate.",
    )
    cost: Margin = Field(
        default=_PLAIN.cost, description="Of the mean price, as a share of the older one."
    )
    alpha: Annotated[float, Field(ge=0.001, le=0.2)] = Field(
        default=_PLAIN.alpha, description="How often NO WORSE, or WORSE, may be said wrongly."
    )

    def margins(self) -> Margins:
        """Give what is said, as the model holds it."""
        return Margins(**self.model_dump())
