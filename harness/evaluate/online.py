"""Ask every endpoint whose key is set one free question: what the model is."""

from collections.abc import Iterator

from harness.catalogue import Catalogue
from harness.errors import KeyRejected, ProviderError
from harness.evaluate.examined import Examined
from harness.evaluate.workspace import Workspace
from harness.model.verdict import Status
from harness.provider.counting import ModelInfo, get_model
from harness.provider.protocol import Endpoint
from harness.provider.transport import live_client
from harness.settings import BUILT_IN, is_loopback

MODEL = "gemini-3-pro-image"
"""The one that suites mean where they say none."""
_NEEDED = "generateContent"


def look(workspace: Workspace) -> Iterator[Examined]:
    """Look at each endpoint over the network, a call each; nothing is recorded or charged."""
    names = {**BUILT_IN, **workspace.settings.endpoints}
    with_key = [name for name in names if _has_key(workspace, name)]
    if not with_key:
        said = "no endpoint has a key; nobody was asked"
        yield Examined(name="online", status=Status.WARN, message=said)
    for name in with_key:
        yield _look_at(workspace.endpoint(name, simulator_url=""), workspace.offers(name))


def _has_key(workspace: Workspace, name: str) -> bool:
    found = {**BUILT_IN, **workspace.settings.endpoints}[name]
    return any(workspace.environ.get(variable) for variable in found.key_env)


def _look_at(endpoint: Endpoint, catalogue: Catalogue) -> Examined:
    name = f"online {endpoint.name}"
    try:
        with live_client(connections=1, loopback=is_loopback(endpoint.base_url)) as client:
            info = get_model(client, endpoint, MODEL)
    except KeyRejected as error:
        return Examined(name=name, status=Status.FAIL, message=f"the key is refused: {error}")
    except ProviderError as error:
        if error.status in (404, 405, 501):
            said = f"does not say what {MODEL} is (HTTP {error.status}); it may paint all the same"
            return Examined(name=name, status=Status.WARN, message=said)
        return Examined(name=name, status=Status.FAIL, message=str(error))
    return _compared(name, info, catalogue)


def _compared(name: str, info: ModelInfo, catalogue: Catalogue) -> Examined:
    """Say what a model is, and where that is not what the catalogue has."""
    different = tuple(_differences(info, catalogue))
    said = (
        f"{info.name} version {info.version or '?'}, "
        f"{_figure(info.input_token_limit)} tokens in, {_figure(info.output_token_limit)} out, "
        f"for {', '.join(info.methods) or 'no method that it names'}"
    )
    status = Status.WARN if different else Status.PASS
    return Examined(name=name, status=status, message="; ".join((said, *different)))


def _differences(info: ModelInfo, catalogue: Catalogue) -> Iterator[str]:
    model = catalogue.get(MODEL)
    limits = (
        ("tokens in", info.input_token_limit, model.input_token_limit if model else None),
        ("tokens out", info.output_token_limit, model.output_token_limit if model else None),
    )
    for what, told, known in limits:
        if told is not None and known is not None and told != known:
            yield f"the catalogue has {known:,} {what}"
    if info.methods and _NEEDED not in info.methods:
        yield f"it cannot be called for {_NEEDED}"


def _figure(limit: int | None) -> str:
    return "?" if limit is None else f"{limit:,}"
