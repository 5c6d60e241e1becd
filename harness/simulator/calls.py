"""Answer calls to a model: generate, stream, count.

Prompts may ask for an outcome by a mark; see `harness.simulator.outcome`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.requests import Request

from harness.simulator.answer import Json, Studio, make_answer
from harness.simulator.ask import Ask, parse_json, read_ask, read_turns
from harness.simulator.dice import Dice
from harness.simulator.files import FileStore
from harness.simulator.offer import Offer, offers
from harness.simulator.refusal import unknown_model
from harness.simulator.rules import check
from harness.simulator.setup import Setup
from harness.simulator.stream import to_events, to_sse
from harness.simulator.usage import count_prompt, total
from harness.simulator.wire import TIER, Reply, pretty, read_body

SSE = {"content-type": "text/event-stream", "content-disposition": "attachment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, taken out of the server's request: version, model, method, payload."""

    api: str
    offer: Offer
    method: str
    body: bytes
    sse: bool


async def take(request: Request) -> Call:
    """Take a call out of a request.

    Raises:
        Refusal: there is no such model, or the body is too large.
    """
    api = request.path_params["api"]
    model, _, method = request.path_params["target"].rpartition(":")
    if model not in offers():
        raise unknown_model(model or method, api, method)
    body = await read_body(request)
    sse = request.query_params.get("alt") == "sse"
    return Call(api=api, offer=offers()[model], method=method, body=body, sse=sse)


class Calls:
    """Answer calls; all that changes between them is the dice."""

    def __init__(self, setup: Setup, dice: Dice, files: FileStore) -> None:
        self._studio = Studio(version=setup.version, signature_bytes=setup.signature_bytes)
        self._dice = dice
        self._files = files

    def answer(self, call: Call) -> Reply:
        """Answer one call.

        Raises:
            Refusal: in the service's words.
        """
        methods: dict[str, Callable[[Call], Reply]] = {
            "generateContent": self._generate,
            "streamGenerateContent": self._stream,
            "countTokens": self._count,
        }
        if call.method not in methods:
            raise unknown_model(call.offer.id, call.api, call.method)
        return methods[call.method](call)

    def read(self, payload: object, offer: Offer) -> Ask:
        """Read a payload and hold it against what the model takes.

        Raises:
            Refusal: in the service's words.
        """
        ask = read_ask(payload, offer, self.lookup)
        check(ask)
        return ask

    def make(self, ask: Ask, *, talk: float | None = None) -> Json:
        """Make the next answer to `ask`."""
        studio = self._studio if talk is None else replace(self._studio, talk=talk)
        return make_answer(ask, studio, self._dice.throw(ask.digest))

    def lookup(self, name: str) -> tuple[str, bytes]:
        """Give type and bytes of a file.

        Raises:
            Refusal: there is none of that address.
        """
        found = self._files.get(name)
        return found.mime, found.data

    def _generate(self, call: Call) -> Reply:
        ask = self.read(parse_json(call.body), call.offer)
        return Reply(body=pretty(self.make(ask)), headers=TIER)

    def _stream(self, call: Call) -> Reply:
        ask = self.read(parse_json(call.body), call.offer)
        events = to_events(self.make(ask, talk=1.0))
        if not call.sse:
            return Reply(body=pretty(list(events)), headers=TIER)
        return Reply(body=to_sse(events), headers={**SSE, **TIER})

    def _count(self, call: Call) -> Reply:
        details = count_prompt(read_turns(parse_json(call.body), self.lookup), call.offer)
        counted: Json = {"totalTokens": total(details), "promptTokensDetails": details}
        return Reply(body=pretty(counted))
