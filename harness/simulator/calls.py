"""Answer calls to a model: generate, stream, count.

Prompts may ask for an outcome by a mark; see `harness.simulator.outcome`.
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from harness.simulator.answer import Json, Studio, make_answer
from harness.simulator.ask import Ask, parse_json, read_ask, read_turns
from harness.simulator.bill import Bill
from harness.simulator.camera import Camera, Film
from harness.simulator.dice import Dice
from harness.simulator.faults.fault import NONE, Case, Fault, Where
from harness.simulator.faults.table import Draw
from harness.simulator.files import FileStore
from harness.simulator.offer import Offer, offers
from harness.simulator.pace import RECORDED, seconds_of
from harness.simulator.refusal import Refusal, unknown_model
from harness.simulator.rules import check
from harness.simulator.setup import Setup
from harness.simulator.stream import to_events, to_sse
from harness.simulator.usage import count_prompt, total
from harness.simulator.wire import TIER, Reply, pretty, read_body, reply

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An answer, and what is to be known to hand it over.

    Attributes:
        reply: The answer.
        fault: What befell it.
        number: Of its line in the bill; 0 where nothing was charged.
        seconds: How long the service took for it, as simulated.
    """

    reply: Reply
    fault: Fault = NONE
    number: int = 0
    seconds: float = 0.0


class Calls:
    """Answer calls; all that changes between them is the dice."""

    def __init__(
        self, setup: Setup, *, dice: Dice, files: FileStore, bill: Bill, draw: Draw
    ) -> None:
        seed = secrets.token_hex(16) if setup.seed is None else str(setup.seed)
        film = Film(
            version=setup.version,
            signature_bytes=setup.signature_bytes,
            recorded=setup.sizes == RECORDED,
            pool=setup.pool,
            seed=seed,
        )
        self._setup = setup
        self._studio = Studio(camera=Camera(film), ask_error=setup.ask_error)
        self._dice = dice
        self._files = files
        self._bill = bill
        self._draw = draw
        self._earlier: dict[str, Served] = {}

    def serve(self, call: Call) -> Served:
        """Answer one call; a refusal is an answer too."""
        if call.method == "countTokens":
            return Served(reply=self._count(call))
        if call.method not in ("generateContent", "streamGenerateContent"):
            raise unknown_model(call.offer.id, call.api, call.method)
        fault = self._draw(Where.CALL, call.body)
        try:
            return self._generate(call, fault)
        except Refusal as refusal:
            self._bill.refused(fault.name or "refused")
            return self._quick(refused(refusal), fault)

    def run_item(self, payload: object, offer: Offer) -> Json:
        """Answer one request of a batch job; half the price.

        Raises:
            Refusal: in the service's words.
        """
        fault = self._draw(Where.CALL, repr(payload).encode("utf-8", "replace"))
        case = self._case(Call(api="v1beta", offer=offer, method="", body=b"", sse=False))
        if fault.refuse is not None:
            raise fault.refuse(case)
        answer, number, _ = self._make(self._read(payload, offer), fault, batch=True)
        self._bill.settle(number, "batch")
        return fault.answer(answer)

    def lookup(self, name: str) -> tuple[str, bytes]:
        """Give type and bytes of a file.

        Raises:
            Refusal: there is none of that address.
        """
        found = self._files.use(name)
        return found.mime, found.data

    def _generate(self, call: Call, fault: Fault) -> Served:
        if fault.page is not None:
            self._bill.refused(fault.name)
            return self._quick(fault.page, fault)
        if fault.refuse is not None:
            raise fault.refuse(self._case(call))
        ask = self._read(parse_json(call.body), call.offer)
        key = f"{call.method}/{call.sse}/{ask.digest}"
        if fault.cached and key in self._earlier:
            self._bill.refused(fault.name)
            return replace(self._earlier[key], fault=fault, number=0)
        made = self._answer(call, ask, NONE if fault.cached else fault)
        if self._draw.caches:
            self._earlier.setdefault(key, made)
        return made

    def _answer(self, call: Call, ask: Ask, fault: Fault) -> Served:
        streamed = call.method != "generateContent"
        answer, number, seconds = self._make(ask, fault, talk=1.0 if streamed else None)
        if fault.late is not None:
            self._bill.settle(number, "late")
            reply = refused(fault.late(self._case(call)))
        else:
            reply = fault.reply(_written(fault.answer(answer), call, streamed=streamed))
        return Served(reply=reply, fault=fault, number=number, seconds=seconds)

    def _read(self, payload: object, offer: Offer) -> Ask:
        ask = read_ask(payload, offer, self.lookup)
        check(ask)
        return ask

    def _make(
        self, ask: Ask, fault: Fault, *, talk: float | None = None, batch: bool = False
    ) -> tuple[Json, int, float]:
        """Generate and charge: the answer, the number of its line, its seconds."""
        studio = replace(self._studio, fault=fault)
        if talk is not None:
            studio = replace(studio, talk=talk)
        rng = self._dice.throw(ask.digest)
        asked = fault.ask(ask)
        answer = make_answer(asked, studio, rng)
        outcome = fault.name or _outcome(answer)
        number = self._bill.add(answer, model=ask.offer.id, outcome=outcome, batch=batch)
        return answer, number, seconds_of(self._setup.latency, ask.offer, ask.size, rng)

    def _quick(self, reply: Reply, fault: Fault) -> Served:
        """Answer without painting; a fixed latency holds for this too."""
        fixed = self._setup.latency
        return Served(reply=reply, fault=fault, seconds=0.0 if isinstance(fixed, str) else fixed)

    def _case(self, call: Call) -> Case:
        return Case(
            api=call.api,
            model=call.offer.id,
            method=call.method,
            retry_delay=self._setup.retry_delay,
        )

    def _count(self, call: Call) -> Reply:
        details = count_prompt(read_turns(parse_json(call.body), self.lookup), call.offer)
        return reply({"totalTokens": total(details), "promptTokensDetails": details})


def refused(refusal: Refusal) -> Reply:
    """Answer with a refusal."""
    return Reply(body=pretty(refusal.body), code=refusal.code)


def _written(answer: Json, call: Call, *, streamed: bool) -> Reply:
    if not streamed:
        return Reply(body=pretty(answer), headers=TIER)
    events = to_events(answer)
    if not call.sse:
        return Reply(body=pretty(list(events)), headers=TIER)
    return Reply(body=to_sse(events), headers={**SSE, **TIER})


def _outcome(answer: Json) -> str:
    """Name what an answer came to, for the bill."""
    tree: dict[str, Any] = answer
    if "promptFeedback" in tree:
        return f"block:{tree['promptFeedback']['blockReason']}"
    candidate = tree["candidates"][0]
    parts = candidate.get("content", {}).get("parts", [])
    if any("inlineData" in part and "thought" not in part for part in parts):
        return "good"
    return "words" if parts else str(candidate["finishReason"])
