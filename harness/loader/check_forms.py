"""Say what a suite may write under `checks`: border models, turned at once into the model."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from harness.loader.base_forms import Form, RateForm, Texts
from harness.loader.opinion_forms import Asks, Consistencies, Customs, EditForm, PictureTexts

NO_RATE = (
    "takes no max_bad: only opinion checks state a rate, every answer is held to this; remove it"
)


def _as_answer_text(value: object) -> object:
    return {"contains": value} if isinstance(value, str | list) else value


def _without_rate(value: object) -> object:
    if isinstance(value, dict) and "max_bad" in value:
        raise ValueError(NO_RATE)
    return value


class AnswerTextForm(Form):
    """Text that the answer's text parts must hold."""

    contains: Texts = Field(
        description="Text, or several, that must all stand in the answer's text; case is ignored."
    )
    max_bad: RateForm = Field(
        default=0,
        description='How many samples may fail: a rate such as "1 of 8", or a number of the '
        "case's samples. Default 0.",
    )


class LatencyForm(Form):
    """The longest allowed time of an answer."""

    max_s: float = Field(gt=0, le=86_400, description="Longest allowed time in seconds.")


class CostForm(Form):
    """The highest allowed price of an answer."""

    max_usd: float = Field(gt=0, le=10_000, description="Highest allowed price in US dollars.")


class ChecksForm(Form):
    """Checks beside the contract; an empty value takes an inherited check off."""

    pictures: Annotated[
        Annotated[int, Field(ge=0, le=100)] | None,
        BeforeValidator(_without_rate, json_schema_input_type=int | None),
    ] = Field(default=None, description="Exact number of final pictures in an answer.")
    answer_text: Annotated[
        AnswerTextForm | None,
        BeforeValidator(
            _as_answer_text, json_schema_input_type=AnswerTextForm | str | list[str] | None
        ),
    ] = Field(
        default=None,
        description="Text expected in the answer's text: a text, a list of them, or a mapping "
        "with `contains` and `max_bad`.",
    )
    latency: LatencyForm | None = Field(default=None, description="Limit on an answer's time.")
    cost: CostForm | None = Field(default=None, description="Limit on an answer's price.")
    consistency: Consistencies | None = Field(
        default=None,
        description="A character that keeps its look: a mapping, or a list of one a character.",
    )
    edit: EditForm | None = Field(
        default=None, description="What the turn may change of the picture before it."
    )
    text: PictureTexts | None = Field(
        default=None,
        description="Text expected in the picture: a text, a list of them, or a mapping with "
        "`contains`, `error_max`, `language`, `max_bad` and `level`.",
    )
    ask: Asks | None = Field(
        default=None,
        description="Questions about the picture, put to a model: a text, a list of questions, "
        "or a mapping with `questions`, `model`, `endpoint`, `max_bad` and `level`.",
    )
    custom: Customs | None = Field(
        default=None,
        description="Checks of the suite's own: names, or a mapping of name to options.",
    )

    def given(self) -> dict[str, Any]:
        """Give the checks that are written here, an empty one included."""
        return {name: getattr(self, name) for name in self.model_fields_set}


BY_HASH = frozenset(
    {
        "golden", "golden_image", "phash", "dhash", "ahash", "whash", "hash", "imagehash",
        "hash_distance", "max_distance", "max_hash_distance", "distance", "hamming",
        "fingerprint", "phash_max", "similarity", "similar_to", "baseline_image", "same_picture",
        "colorhash", "crop_resistant", "phash16", "dhash16", "ssim", "ms_ssim", "lpips", "psnr",
        "mse", "rmse", "pixel_diff", "pixelmatch", "snapshot", "golden_picture", "expected_image",
        "matches_image", "reference_image",
    }
)  # fmt: skip
"""Keys by which people ask for one picture held against one fresh sample."""

BY_HASH_REFUSED = (
    "no such check on purpose: a fresh sample of the same prompt lies as far away by hash "
    "(median 30 of 64 bits) as an unrelated picture (32); remove it, and pin a baseline: drift "
    "compares samples with samples"
)

NO_CONSTANT = (
    "takes no constant: the limit comes from the pictures that people accepted; remove it, and "
    "say by max_bad how many samples may lie beyond"
)
CONSTANTS = frozenset(
    {
        "distance", "max", "max_distance", "distance_max", "min", "similarity", "min_similarity",
        "similarity_min", "threshold", "limit", "warn_above", "fail_above", "tolerance",
    }
)  # fmt: skip
"""Keys by which people ask for a limit on looks that nobody accepted."""
