"""Build what the stories need from the settings: stores, arms, providers, clients."""

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from harness.catalogue import Catalogue, load_catalogue, with_prices
from harness.compute.choosing import executor_of
from harness.compute.executor import Executor, spread_by
from harness.errors import SettingsError, UsageError
from harness.evaluate.sending import reader_of
from harness.model.arm import Arm
from harness.model.spreading import Spread
from harness.model.suite import Suite, Variant
from harness.provider.calling import Line
from harness.provider.files import FileService, Parcels
from harness.provider.gemini import GeminiProvider
from harness.provider.protocol import Endpoint, Provider
from harness.provider.transport import Deadline
from harness.recording.cassettes import Cassettes
from harness.runner.spending import Caps, Purse
from harness.settings import FILE, Settings, endpoint_settings, known_endpoints
from harness.store.baselines import BaselineStore
from harness.store.blobs import BlobStore
from harness.store.ledger import Ledger
from harness.store.together import settle

if TYPE_CHECKING:
    from harness.recording.recorder import Recorder  # it loads vcrpy, which few verbs need

SIMULATOR = "simulator"
FREE = frozenset({SIMULATOR})
"""Endpoints that charge nothing."""

_KEY_VARIABLES = ("GEMINI_API_KEY", "GOOGLE_API_KEY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A folder with suites, cassettes and reports, and what is set for it.

    Attributes:
        root: Relative paths start here.
        settings: The values in force.
        environ: Where keys are read from.
        now: The clock.
        allow_code: A person allows suites to run their own code, in a process of its own.
    """

    root: Path
    settings: Settings
    environ: Mapping[str, str] = field(repr=False)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    allow_code: bool = False

    @property
    def catalogue(self) -> Catalogue:
        return load_catalogue()

    def offers(self, endpoint: str) -> Catalogue:
        """Give the catalogue with an endpoint's own prices laid over it.

        An endpoint without a price list, the simulator, and an endpoint of old recordings
        that is not set any more, have the catalogue's prices.

        Raises:
            CatalogueError: a price of its list does not say what it is for.
        """
        if endpoint == SIMULATOR or endpoint not in known_endpoints(self.settings):
            return self.catalogue
        prices = endpoint_settings(self.settings, endpoint).prices
        source = f"{FILE}: endpoints.{endpoint}.prices"
        listed = {model: price.listed(f"{source}.{model}") for model, price in prices.items()}
        return with_prices(self.catalogue, listed)

    @property
    def blobs(self) -> BlobStore:
        return BlobStore(self.root / self.settings.cassettes / "blobs")

    @property
    def executor(self) -> Executor:
        """Who measures and tests; nothing is started before it is used."""
        return executor_of(self.settings.executor, patience=self.settings.executor_seconds)

    @property
    def spread(self) -> Spread:
        """The same for items that are no files."""
        return spread_by(self.executor)

    @property
    def reports(self) -> Path:
        return self.root / self.settings.reports

    @property
    def state(self) -> Path:
        return self.root / self.settings.state

    def cassettes(self, suite: str, recording: str | None = None) -> Cassettes:
        """Name the cassettes of a suite's recording."""
        root = self.root / self.settings.cassettes
        return Cassettes(root, suite=suite, recording=recording or self.settings.recording)

    @property
    def adding(self) -> Path:
        """Where it stands, meanwhile, which files of decisions are being added."""
        return self.state / "deciding" / "adding.json"

    def baselines(self, suite: Suite) -> BaselineStore:
        """Name the baseline folder of a suite; what a killed process left half done is gone."""
        settle(self.adding)
        return BaselineStore(suite.path)

    def stamp(self) -> str:
        """Name a run or session by its time; the names sort as the times do.

        The four hex digits after the seconds count 65,536 steps of a second.
        """
        now = self.now()
        return f"{now:%Y%m%dT%H%M%SZ}-{now.microsecond * 65_536 // 1_000_000:04x}"

    def deadline(self, endpoint: str) -> Deadline:
        """Say how long a call of an endpoint may take."""
        if endpoint == SIMULATOR or endpoint not in known_endpoints(self.settings):
            return Deadline()
        seconds = endpoint_settings(self.settings, endpoint).deadline_s
        return Deadline(first_byte=seconds, total=seconds)  # most answers come at their end

    @property
    def ledger(self) -> Ledger:
        """What every process spent here."""
        return Ledger(self.reports / "spending", session=self.stamp(), now=self.now)

    def purse(self) -> Purse:
        """Open a purse with the caps that are set."""
        caps = {
            name: settings.max_month
            for name, settings in known_endpoints(self.settings).items()
            if settings.max_month is not None
        }
        run = self.settings.max_cost
        return Purse(Caps(run=run, month=caps), free=FREE, ledger=self.ledger)

    def keys(self) -> tuple[str, ...]:
        """Give every key that the environment holds, to be refused in files."""
        names = [*_KEY_VARIABLES]
        for endpoint in self.settings.endpoints.values():
            names += endpoint.key_env
        return tuple({self.environ[name] for name in names if self.environ.get(name)})

    def endpoint(self, name: str, *, simulator_url: str) -> Endpoint:
        """Build an endpoint with its key.

        Raises:
            SettingsError: it is not known, or its key is not set.
        """
        if name == SIMULATOR:
            key = next(iter(self.keys()), "no-key-needed")
            return Endpoint(name=name, base_url=simulator_url, key=key, files=True, simulated=True)
        found = endpoint_settings(self.settings, name)
        key = next((self.environ[v] for v in found.key_env if self.environ.get(v)), "")
        if not key:
            raise SettingsError(
                f"no key for endpoint {name!r}: set {' or '.join(found.key_env)}, "
                "or try --endpoint simulator"
            )
        return Endpoint(
            name=name,
            base_url=found.base_url,
            api_version=found.api_version,
            key=key,
            key_header=found.key_header,
            key_scheme=found.key_scheme,
            inline_bytes=found.limits.inline_bytes,
            request_bytes=found.limits.request_bytes
            or self.catalogue.limits("developer").request_bytes,
            files=bool(found.limits.files),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who the command line asks for.

    Attributes:
        endpoint: `--endpoint`, or None.
        model: `--model`, or None.
    """

    endpoint: str | None = None
    model: str | None = None


def arm_of(variant: Variant, *, recorded: tuple[Arm, ...], wish: Wish, settings: Settings) -> Arm:
    """Settle who is asked: the flag, the suite, who recorded it, the setting; in this order.

    Of several who recorded it the one that is set counts, else the only real one: a
    rehearsal on the simulator never stands in a real recording's way.

    Raises:
        UsageError: several real endpoints recorded it, and none of them is the one set.
    """
    model = wish.model or variant.model
    endpoint = wish.endpoint or variant.endpoint
    known = [arm.endpoint for arm in recorded if arm.model == model]
    if endpoint is None:
        endpoint = _recorded_by(known, variant, settings) if known else settings.endpoint
    return Arm(model=model, endpoint=endpoint)


def _recorded_by(known: list[str], variant: Variant, settings: Settings) -> str:
    real = [endpoint for endpoint in known if endpoint not in FREE] or known
    if settings.endpoint in real:
        return settings.endpoint
    if len(real) > 1:
        raise UsageError(
            f"{variant.suite}: recorded from {', '.join(real)}; say one with --endpoint, "
            'or with endpoint = "..." in harness.toml'
        )
    return real[0]


@contextlib.contextmanager
def simulator_for(arms: set[str], settings: Settings) -> Iterator[str]:
    """Start the simulator where it is asked for; give its base URL, or an empty string.

    What it records says nowhere which version of the model painted, as no service does.

    Raises:
        UsageError: it is not installed.
    """
    if SIMULATOR not in arms:
        yield ""
        return
    try:
        from harness.simulator.server import serving  # late: the extra may be absent
    except ImportError as error:
        raise UsageError(
            "the simulator is not installed: pip install 'gemini-image-harness[simulator]'"
        ) from error
    version, seed = settings.simulator_version, settings.simulator_seed
    with serving(version=version, seed=seed) as url:
        yield url


def providers(
    client: httpx.Client,
    endpoints: Mapping[str, Endpoint],
    *,
    suite: Suite,
    workspace: Workspace,
    recorder: "Recorder",
) -> Callable[[Arm], Provider]:
    """Give the provider of an arm; a replay reaches nobody, so any address serves it."""
    blobs = recorder.blobs
    read = reader_of(suite, blobs)

    @functools.cache
    def files(name: str) -> FileService:
        deadline = workspace.deadline(name)
        line = Line(client=client, endpoint=endpoints[name], deadline=deadline)
        return FileService(line, memo=workspace.state / "uploads", now=workspace.now)

    def parcels(name: str) -> Parcels | None:
        if name not in endpoints:
            return None
        return Parcels(files=files(name), goes_out=recorder.goes_out, tell=recorder.tell_files)

    @functools.cache
    def provider(arm: Arm) -> Provider:
        nowhere = Endpoint(name=arm.endpoint, base_url="https://recorded.invalid")
        return GeminiProvider(
            client=client,
            endpoint=endpoints.get(arm.endpoint, nowhere),
            read=read,
            keep=blobs.put,
            keep_signature=recorder.keep_signature,
            references=recorder.references,
            lean=recorder.lean,
            deadline=workspace.deadline(arm.endpoint),
            parcels=parcels(arm.endpoint),
        )

    return provider
