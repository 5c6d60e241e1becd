"""Lay the layers of settings over each other, and refuse what is wrong in one."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from harness.errors import SettingsError
from harness.settings.addresses import public_address
from harness.settings.buckets import BlobsUrl
from harness.settings.databases import History
from harness.settings.embedders import EmbedderSettings, checked_names
from harness.settings.endpoints import BUILT_IN, EndpointLimits, EndpointSettings, PriceSettings
from harness.settings.executors import ExecutorName, refuse_cluster
from harness.settings.written import refuse_keys, refuse_password
from harness.store.conflicts import conflict_line, keep_one

FILE = "harness.toml"
_NAME = re.compile(r"[a-z0-9](\.?[a-z0-9_-]){0,63}")
FailOn = Literal["failed", "unreviewed", "unrecorded", "incomplete"]


class Settings(BaseModel):
    """Everything that can be set.

    Attributes:
        suites: Files or folders of suites.
        cassettes: Folder of the recordings and blobs.
        blobs: URL of a place where blobs are kept too, e.g. a bucket; None for none.
        fetch: What is absent is fetched from there when a run needs it.
        pictures: Address below which people see the blobs; empty for what the forge gives.
        reports: Folder of the reports.
        state: Folder of what can be made anew; never in git.
        endpoint: Who is asked when a suite does not say.
        recording: Recording that is replayed and recorded to.
        jobs: Calls in flight, at the most.
        max_cost: Cap in US dollars on what one command may spend; 0 spends nothing.
        replay: `thin` leaves recorded pictures where they lie; `exact` rebuilds each body.
        signatures: `turns` keeps no thought signature of samples of one turn.
        fail_on: What makes `run` exit other than 0.
        history: Database of the history, any URL of SQLAlchemy; None is a file of its own.
        check_seconds: How long a check of a suite's own may take of one sample.
        executor: Who measures and tests: `processes`, so many as `processes:4`, or the cluster
            of a Dask scheduler, `dask://HOST:PORT`.
        executor_seconds: How long a scheduler or a worker is waited for.
        simulator_version: Which version of the model the built-in simulator paints as.
        simulator_seed: Makes its answers repeatable; None for other pictures every time.
        endpoints: By name.
        embedders: Networks that tell how far pictures lie apart, by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    suites: tuple[Path, ...] = (Path("suites"),)
    cassettes: Path = Path("cassettes")
    blobs: BlobsUrl | None = None
    fetch: bool = True
    pictures: Annotated[str, AfterValidator(public_address)] = ""
    reports: Path = Path("reports")
    state: Path = Path(".harness")
    endpoint: str = "gemini"
    recording: str = "main"
    jobs: Annotated[int, Field(ge=1, le=256)] = 4
    max_cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    replay: Literal["thin", "exact"] = "thin"
    signatures: Literal["all", "turns"] = "all"
    fail_on: tuple[FailOn, ...] = ("failed", "unrecorded", "incomplete")
    history: History | None = None
    check_seconds: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 60.0
    executor: ExecutorName = "processes"
    executor_seconds: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 30.0
    simulator_version: Literal["same", "subtle", "strong"] = "same"
    simulator_seed: Annotated[int, Field(ge=0)] | None = None
    endpoints: Mapping[str, EndpointSettings] = Field(default_factory=dict)
    embedders: Mapping[str, EmbedderSettings] = Field(default_factory=dict)

    @field_validator("endpoints", mode="before")
    @classmethod
    def _built_in_ones_need_no_address(cls, value: Any) -> Any:  # noqa: ANN401  # not validated yet
        """Fill in where a built-in endpoint is, if only its limits are said."""
        if not isinstance(value, Mapping):
            return value
        return {name: _with_address(name, said) for name, said in value.items()}

    _embedders = field_validator("embedders")(checked_names)

    @field_validator("endpoints")
    @classmethod
    def _known_by_name(
        cls, value: Mapping[str, EndpointSettings]
    ) -> Mapping[str, EndpointSettings]:
        if "simulator" in value:
            raise ValueError(
                "simulator is the harness's own, and charges nothing; choose another name"
            )
        wrong = next((name for name in value if not _NAME.fullmatch(name)), None)
        if wrong is not None:
            raise ValueError(
                f'{wrong!r} is no name of an endpoint; write lowercase letters, digits, "-" and "_"'
            )
        return value


def _with_address(name: str, said: object) -> object:
    built_in = BUILT_IN.get(name)
    if built_in is None or not isinstance(said, Mapping) or "base_url" in said:
        return said
    known = {"base_url": built_in.base_url, "key_env": built_in.key_env}
    limits = said.get("limits", {})
    whole = {"files": True, **limits} if isinstance(limits, Mapping) else limits
    return {**known, **said, "limits": whole}


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """Settings with where each came from.

    Attributes:
        root: Folder of harness.toml, or the current one: relative paths start here.
        settings: The values.
        origins: Setting to `"default"`, the file, the variable or the flag that says it.
    """

    root: Path
    settings: Settings
    origins: Mapping[str, str] = field(default_factory=dict)


def read_settings(
    start: Path, *, environ: Mapping[str, str], flags: Mapping[str, Any]
) -> Configured:
    """Lay the four layers over each other.

    Args:
        start: Folder from which harness.toml is looked for, upwards.
        environ: The environment; `HARNESS_JOBS` and the like.
        flags: What the command line said; None means it said nothing.

    Raises:
        SettingsError: a layer is wrong; says which.
    """
    path = _find(start)
    said = {name: value for name, value in flags.items() if value is not None}
    layers = (
        (lambda name: _shown(path, start), _from_file(path, start)),
        (_variable, _from_environment(environ)),
        (lambda name: f"--{name.replace('_', '-')}", said),
    )
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for origin, layer in layers:
        values |= layer
        origins |= {name: origin(name) for name in layer}
    settings = _validated(values, origins)
    return Configured(root=path.parent if path else start, settings=settings, origins=origins)


def _variable(name: str) -> str:
    return f"HARNESS_{name.upper()}"


def _find(start: Path) -> Path | None:
    found = (folder / FILE for folder in (start, *start.parents))
    return next((path for path in found if path.is_file()), None)


def _shown(path: Path | None, start: Path) -> str:
    return FILE if path is None or path.parent == start else str(path)


def _from_file(path: Path | None, start: Path) -> dict[str, Any]:
    if path is None:
        return {}
    shown = _shown(path, start)
    try:
        data = path.read_bytes()
        if line := conflict_line(data):
            raise SettingsError(f"{shown}:{line}: {keep_one(path)}")
        values = tomllib.loads(data.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{shown}: {error}; correct the file") from error
    refuse_keys(values, shown=shown)
    refuse_password(values.get("history"), shown=shown)
    refuse_cluster(values.get("executor"), shown=shown)
    for name in values:
        if name not in Settings.model_fields:
            raise SettingsError(f"{shown}: {name}: {_unknown(name, Settings)}")
    return values


def _unknown(name: str, form: type[BaseModel]) -> str:
    close = difflib.get_close_matches(name, form.model_fields, n=1)
    known = ", ".join(form.model_fields)
    return "unknown setting; " + (f'did you mean "{close[0]}"?' if close else f"known are {known}")


def _form_at(path: Sequence[str]) -> type[BaseModel]:
    """Tell which form has the last step of a path below `endpoints` or `embedders`."""
    if path[0] == "embedders":
        return EmbedderSettings
    table = path[2] if len(path) > 3 else ""
    forms: dict[str, type[BaseModel]] = {"limits": EndpointLimits, "prices": PriceSettings}
    return forms.get(table, EndpointSettings)


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    lists = ("suites", "fail_on")
    names = [name for name in Settings.model_fields if name not in ("endpoints", "embedders")]
    found = {name: environ.get(_variable(name), "") for name in names}
    return {
        name: tuple(text.split(",")) if name in lists else text
        for name, text in found.items()
        if text
    }


def _validated(values: Mapping[str, Any], origins: Mapping[str, str]) -> Settings:
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        path = [str(part) for part in first["loc"]]
        wrong = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            wrong = _unknown(path[-1], _form_at(path))
        origin = origins[path[0]]
        if origin.startswith(("--", "HARNESS_")):  # its name says which setting it is
            path = path[1:]
        raise SettingsError(": ".join(filter(None, (origin, ".".join(path), wrong)))) from error
    return settings


def known_endpoints(settings: Settings) -> Mapping[str, EndpointSettings]:
    """Give every endpoint that is set, and the built-in ones."""
    return {**BUILT_IN, **settings.endpoints}


def endpoint_settings(settings: Settings, name: str) -> EndpointSettings:
    """Look an endpoint up.

    Raises:
        SettingsError: nobody has set it.
    """
    known = known_endpoints(settings)
    if name not in known:
        names = ", ".join([*known, "simulator"])
        raise SettingsError(
            f"endpoint {name!r} is not known; known are {names}; "
            f"others are set in {FILE} under [endpoints.{name}]"
        )
    return known[name]
