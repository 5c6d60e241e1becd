"""Say what harness.toml may hold of an endpoint: where it is, what it takes, what it costs.

No key is a setting: an endpoint names the environment variable that holds its key.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from harness.catalogue import ListPrice
from harness.recording.secrets.shapes import shaped
from harness.settings.addresses import base_url

Money = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=1)]
Factor = Annotated[float, Field(strict=True, gt=0, le=10, allow_inf_nan=False)]
Seconds = Annotated[float, Field(strict=True, gt=0, le=86_400, allow_inf_nan=False)]
Rate = Annotated[float, Field(strict=True, ge=0.01, allow_inf_nan=False)]
"""In a minute: a slower one would wait longer than a clock can say."""
Switch = Annotated[bool, Field(strict=True)]
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,99}")
_BEARER = "authorization"
_OF_THE_WIRE = frozenset({
    "accept-encoding", "connection", "content-encoding", "content-length", "content-type",
    "expect", "host", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip
"""Headers that say how a request travels: a key in one of them breaks it."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class EndpointLimits(_Form):
    """What an endpoint takes, where it is less than the model; None leaves it to the model.

    Attributes:
        references: Reference pictures in one request, those of earlier turns included.
        request_bytes: Bytes of one whole request.
        inline_bytes: Bytes of one picture within a request; a larger one goes by the Files API.
        image_sizes: Values of `imageSize` that pass.
        aspect_ratios: Values of `aspectRatio` that pass.
        files: It has the Files API; None: only the built-in endpoint has.
    """

    references: Annotated[int, Field(strict=True, ge=0)] | None = None
    request_bytes: Count | None = None
    inline_bytes: Count | None = None
    image_sizes: tuple[str, ...] | None = None
    aspect_ratios: tuple[str, ...] | None = None
    files: Switch | None = None

    @field_validator("image_sizes")
    @classmethod
    def _sizes(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        wrong = next((size for size in value or () if size != size.upper()), None)
        if wrong is not None:
            raise ValueError(f'"{wrong}" is no imageSize; write "{wrong.upper()}" with a capital K')
        return value


class PriceSettings(_Form):
    """What an endpoint charges for a model, in US dollars: by token, or a flat sum a picture.

    Attributes:
        text_in: For a million tokens of input.
        text_out: For a million tokens of text and thinking.
        image_out: For a million tokens of pictures.
        per_picture: For one final picture, by the size that was asked (`1K` where none was);
            `*` is every other size. Tokens are then free unless text_in or text_out is named.
        search_per_1000: For 1,000 search queries; None: unknown, 0: included.
        batch: Factor on all of it but searches in batches, e.g. 0.5; None: not offered.
        flex: The same for service_tier flex.
        priority: The same for service_tier priority.
        like: Model of the catalogue whose tokens and pixels this one has, where the
            catalogue does not know it.
    """

    text_in: Money | None = None
    text_out: Money | None = None
    image_out: Money | None = None
    per_picture: Mapping[str, Money] | None = None
    search_per_1000: Money | None = None
    batch: Factor | None = None
    flex: Factor | None = None
    priority: Factor | None = None
    like: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        by_token = (self.text_in, self.text_out, self.image_out)
        if self.per_picture is None and None in by_token:
            raise ValueError("say text_in, text_out and image_out, or per_picture")
        if self.per_picture is not None and (self.image_out is not None or not self.per_picture):
            raise ValueError("say image_out or a per_picture with a size, one of them")
        return self

    def listed(self, source: str) -> ListPrice:
        """Give it as the catalogue takes it."""
        factors = {"batch": self.batch, "flex": self.flex, "priority": self.priority}
        return ListPrice(
            text_in=self.text_in or 0.0,
            text_out=self.text_out or 0.0,
            image_out=self.image_out or 0.0,
            per_picture=self.per_picture,
            search_per_1000=self.search_per_1000,
            factors={tier: factor for tier, factor in factors.items() if factor is not None},
            like=self.like,
            source=source,
        )


class EndpointSettings(_Form):
    """An endpoint of harness.toml.

    Attributes:
        base_url: Scheme, host and perhaps a path, e.g. `https://host/gemini`.
        key_env: Environment variables that may hold the key; the first one set counts.
        key_header: Header that carries the key.
        bearer: The key goes as `authorization: Bearer KEY`.
        api_version: Path segment before `/models`.
        requests_per_minute: Calls begun in a minute at the most; None: as many as are ready.
        jobs: Calls in flight at this endpoint at the most; None: as many as `jobs` says.
        attempts: Calls for one answer at the most, the first one included.
        deadline_s: Seconds that one call may take in all.
        max_month: US dollars in a calendar month (UTC) at the most; None: no cap.
        limits: What it takes.
        prices: What it charges, by model id; `*` is every other model of the catalogue.
            Empty: Google's list prices are taken to hold.
    """

    base_url: str
    key_env: Annotated[tuple[str, ...], Field(min_length=1)]
    key_header: str = "x-goog-api-key"
    bearer: Switch = False
    api_version: Literal["v1", "v1beta"] = "v1beta"
    requests_per_minute: Rate | None = None
    jobs: Annotated[int, Field(strict=True, ge=1, le=256)] | None = None
    attempts: Annotated[int, Field(strict=True, ge=1, le=20)] = 5
    deadline_s: Seconds = 300.0
    max_month: Money | None = None
    limits: EndpointLimits = EndpointLimits()
    prices: Mapping[str, PriceSettings] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _bearer_names_the_header(cls, value: Any) -> Any:  # noqa: ANN401  # not validated yet
        if not isinstance(value, Mapping) or value.get("bearer") is not True:
            return value
        if value.get("key_header", _BEARER) != _BEARER:
            raise ValueError("bearer sends the key in authorization; remove key_header or bearer")
        return {**value, "key_header": _BEARER}

    @field_validator("base_url")
    @classmethod
    def _usable_url(cls, value: str) -> str:
        return base_url(value)

    @field_validator("key_env", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:  # noqa: ANN401  # not validated yet
        return [value] if isinstance(value, str) else value

    @field_validator("key_env")
    @classmethod
    def _variables(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_VARIABLE.fullmatch(name) and not any(shaped(name.encode())) for name in value):
            raise ValueError(
                "must name environment variables, e.g. GATEWAY_API_KEY; "
                "a key itself is never written here"
            )
        return value

    @field_validator("key_header")
    @classmethod
    def _header(cls, value: str) -> str:
        if not _HEADER.fullmatch(value):
            raise ValueError("must be a header's name, e.g. x-goog-api-key")
        if value.lower() in _OF_THE_WIRE:
            raise ValueError(f"{value} is the wire's own and carries no key; e.g. x-goog-api-key")
        return value.lower()

    @property
    def key_scheme(self) -> str:
        """What stands before the key in its header."""
        return "Bearer " if self.bearer else ""


BUILT_IN = {
    "gemini": EndpointSettings(
        base_url="https://generativelanguage.googleapis.com",
        key_env=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        limits=EndpointLimits(files=True),
    )
}
"""The Gemini Developer API (AI Studio); `simulator` needs no setting."""
