"""What stands between: caches, proxies that strip or re-encode, sellers of a cheaper model."""

import io
from dataclasses import replace

from PIL import Image

from harness.simulator.ask import Ask
from harness.simulator.faults.fault import Fault, Json
from harness.simulator.offer import offers
from harness.simulator.paint.encode import mark
from harness.simulator.wire import Reply, pretty

_CHEAPER = "gemini-3.1-flash-lite-image"
_STRIPPED = frozenset({"modelVersion", "usageMetadata", "responseId"})
_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
    b"</body>\r\n</html>\r\n"
)


def _strip(answer: Json) -> Json:
    return {name: value for name, value in answer.items() if name not in _STRIPPED}


def _bare(reply: Reply) -> Reply:
    kept = {name: value for name, value in reply.headers.items() if name.startswith("content-")}
    return replace(reply, headers=kept, bare=True)


def _recoded(image: Image.Image) -> bytes:
    """Encode anew, as proxies do: quality 85, 4:2:0, no dpi; the simulator's mark stays."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, subsampling="4:2:0", **mark())
    return out.getvalue()


def _cheaper(ask: Ask) -> Ask:
    """Let a cheaper model answer under the name that was asked for."""
    if not ask.offer.paints:
        return ask
    offer = replace(offers()[_CHEAPER], id=ask.offer.id)
    return replace(ask, offer=offer, size="1K" if ask.size else "")


_ERROR = {
    "error": {
        "code": 500,
        "message": "upstream error: the provider returned no picture",
        "status": "INTERNAL",
    }
}

FAULTS = (
    Fault(
        name="error-200",
        says='HTTP 200 whose body is {"error": ...}.',
        page=Reply(body=pretty(_ERROR)),
    ),
    Fault(
        name="html-502",
        says="502 with a page of HTML.",
        page=Reply(body=(_PAGE,), code=502, headers={"content-type": "text/html"}, bare=True),
    ),
    Fault(
        name="cached",
        says="The bytes of an earlier answer to the same question, if there is one.",
        cached=True,
    ),
    Fault(
        name="stripped",
        says="No modelVersion, usage or responseId, and no header of the service.",
        answer=_strip,
        reply=_bare,
    ),
    Fault(
        name="re-encoded",
        says="The picture is encoded anew, quality 85, and has lost its dpi.",
        encode=_recoded,
    ),
    Fault(
        name="cheaper-model",
        says="Picture and usage are those of a cheaper model, the name is the dearer one's.",
        ask=_cheaper,
    ),
)
