"""Say which back end a delivery fits, with the evidence: the known forms, as data.

A form was seen on real pictures (WIRE section 7: 40 raw answers of the API). A delivery fits
the back end whose form nothing of it contradicts. Marks can be copied and are not verified.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from harness.model.provenance import Backend, BackendName, Evidence, Provenance, Weight

PICTURES = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form in which a back end delivers pictures.

    Attributes:
        name: Whose it is.
        of: For people: which models, and the set that it was seen in.
        container: Mime type by the bytes.
        c2pa: Whether it carries a C2PA manifest.
        credit: Whether IPTC or XMP says "Made with Google AI".
        quantisation: Words that it was seen with; empty for a container without tables.
        models: What the model ids begin with; a note is made where the answer names another.
        bare: It carries no mark at all, so that more than marks must fit.
    """

    name: BackendName
    of: str
    container: str
    c2pa: bool
    credit: bool
    quantisation: tuple[str, ...] = ()
    models: tuple[str, ...]
    bare: bool = False


FORMS = (
    Form(
        name=BackendName.AI_STUDIO,
        of="AI Studio, Gemini 3 and 3.1 (19 of 19 pictures)",
        container="image/jpeg",
        c2pa=True,
        credit=False,
        quantisation=("all ones",),
        models=("gemini-3",),
    ),
    Form(
        name=BackendName.VERTEX,
        of="Vertex, Gemini 3.1 flash-lite (2 of 2 pictures), 2.5 flash asked for JPEG",
        container="image/jpeg",
        c2pa=False,
        credit=True,
        quantisation=("fine", "medium"),
        models=("gemini-3", "gemini-2.5"),
    ),
    Form(
        name=BackendName.AI_STUDIO,
        of="AI Studio, Gemini 2.5 flash from October 2025 (7 of 11 pictures)",
        container="image/png",
        c2pa=True,
        credit=False,
        models=("gemini-2.5",),
    ),
    Form(
        name=BackendName.VERTEX,
        of="Vertex, Gemini 2.5 flash",
        container="image/png",
        c2pa=False,
        credit=True,
        models=("gemini-2.5",),
    ),
    Form(
        name=BackendName.AI_STUDIO,
        of="AI Studio, Gemini 2.5 flash before October 2025 (4 of 11 pictures)",
        container="image/png",
        c2pa=False,
        credit=False,
        models=("gemini-2.5",),
        bare=True,
    ),
)

BARE_IDAT = 8192
"""Bytes of an IDAT chunk in 4 of 4 PNGs of Gemini 2.5 flash; Pillow writes 65,536 and more."""

BARE_PIXELS = frozenset(
    {
        (1024, 1024), (832, 1248), (1248, 832), (864, 1184), (1184, 864), (896, 1152),
        (1152, 896), (768, 1344), (1344, 768), (1536, 672),
    }
)  # fmt: skip
"""Every size that Gemini 2.5 flash delivers (WIRE section 4)."""


def backend_of(provenance: Provenance) -> Backend:
    """Name the back end that a delivery fits, with everything that was weighed.

    Without a picture none can be named. A picture with neither mark was encoded anew by
    someone, or never came from this service.
    """
    notes = tuple(notes_of(provenance))
    if provenance.container not in PICTURES:
        return Backend(name=BackendName.UNKNOWN, evidence=(_no_picture(provenance), *notes))
    if provenance.simulated:
        return Backend(
            name=BackendName.SIMULATED,
            row="the simulator's own mark",
            evidence=(*_simulated(provenance), *notes),
        )
    backend = _fitting(provenance)
    return replace(backend, evidence=(*backend.evidence, *notes))


def _fitting(provenance: Provenance) -> Backend:
    """Hold a picture against every form: the one that nothing contradicts, if any."""
    weighed = [(form, tuple(_weigh(form, provenance))) for form in FORMS]
    form, evidence = min(weighed, key=lambda pair: _against(pair[1]))
    if not _against(evidence):
        said = (*evidence, *_other_model(form, provenance))
        return Backend(name=form.name, row=form.of, evidence=said)
    if not provenance.c2pa and not provenance.credit:
        return Backend(name=BackendName.REENCODED, evidence=tuple(_unmarked(provenance)))
    nearest = Evidence(weight=Weight.NOTE, said=f"nearest is {form.of}")
    return Backend(name=BackendName.UNKNOWN, evidence=(nearest, *evidence))


def notes_of(provenance: Provenance) -> Iterator[Evidence]:
    """Note what the answer's own fields tell of its way: what a gateway changed or left out."""
    return (Evidence(weight=Weight.NOTE, said=said) for said in _notes(provenance))


def _notes(provenance: Provenance) -> Iterator[str]:
    version, asked = provenance.model_version, provenance.asked
    if version and asked and version != asked:
        yield f"the answer names modelVersion {version}, asked was {asked}"
    absent = {
        "modelVersion": version == "",
        "usage": provenance.usage is False,
        "responseId": provenance.response_id is False,
    }
    if any(absent.values()):
        names = ", ".join(name for name, gone in absent.items() if gone)
        yield f"the answer has no {names}: somebody in between leaves it out"
    if provenance.server_timing is not None:
        told = "is" if provenance.server_timing else "is not"
        yield f"the time of Google's front end (server-timing) {told} in the answer"
    if provenance.signature is False and (version or asked).startswith("gemini-3"):
        yield "the picture has no thought signature, which every Gemini 3 picture has"
    if provenance.declared not in (None, "as declared"):
        yield f"the declared type is not the bytes' own: {provenance.declared}"
    if "TEXT" in provenance.usage_shape:
        yield "usage counts TEXT among the candidates' tokens, as Vertex does"


def _no_picture(provenance: Provenance) -> Evidence:
    found = f"the bytes are {provenance.container}" if provenance.container else "no picture"
    return Evidence(weight=Weight.NOTE, said=f"{found}: only a picture's bytes tell a back end")


def _simulated(provenance: Provenance) -> Iterator[Evidence]:
    yield Evidence(weight=Weight.FOR, said="the simulator's mark is in the bytes")
    if provenance.c2pa:
        yield Evidence(
            weight=Weight.AGAINST, said="a C2PA manifest, which the simulator never writes"
        )


def _weigh(form: Form, provenance: Provenance) -> Iterator[Evidence]:
    kind = (provenance.container or "").removeprefix("image/").upper()
    yield _fact(provenance.container == form.container, f"the container is {kind}")
    yield _mark(form.c2pa, provenance.c2pa, "C2PA manifest")
    yield _mark(form.credit, provenance.credit, 'credit "Made with Google AI"')
    if form.quantisation:
        yield _fact(provenance.quantisation in form.quantisation, _table(provenance))
    if form.bare:
        yield from _bare(provenance)


def _mark(due: bool, found: bool | None, name: str) -> Evidence:
    return _fact(bool(found) == due, f"{'a' if found else 'no'} {name}")


def _fact(fits: bool, said: str) -> Evidence:
    return Evidence(weight=Weight.FOR if fits else Weight.AGAINST, said=said)


def _table(provenance: Provenance) -> str:
    sampled = f", {provenance.subsampling}" if provenance.subsampling else ""
    return f"JPEG quantisation {provenance.quantisation} (luma sum {provenance.luma_sum}{sampled})"


def _bare(provenance: Provenance) -> Iterator[Evidence]:
    """Weigh what is left to tell an unmarked PNG by: its writer, its pixels, its answer."""
    pixels = f"{provenance.width}x{provenance.height}"
    known = (provenance.width, provenance.height) in BARE_PIXELS
    texts = provenance.exif or provenance.xmp
    yield _fact(provenance.idat == BARE_IDAT, f"IDAT chunks of {provenance.idat:,} bytes")
    yield _fact(not texts, "EXIF or XMP" if texts else "neither EXIF nor XMP")
    yield _fact(known, f"{pixels} is {'' if known else 'not '}a size of Gemini 2.5 flash")
    model = provenance.model_version or provenance.asked
    if model:
        yield _fact(model.startswith("gemini-2.5"), f"the answer is of {model}")
    else:
        yield Evidence(weight=Weight.NOTE, said="no mark at all: others write such PNGs too")


def _other_model(form: Form, provenance: Provenance) -> Iterator[Evidence]:
    model = provenance.model_version or provenance.asked
    if model and not model.startswith(form.models):
        said = f"this form was not seen of {model} yet"
        yield Evidence(weight=Weight.NOTE, said=said)


def _unmarked(provenance: Provenance) -> Iterator[Evidence]:
    yield _fact(True, 'neither a C2PA manifest nor a credit "Made with Google AI"')
    if provenance.quantisation == "all ones":
        said = f"{_table(provenance)}, as AI Studio's: its marks may only have been taken out"
        yield Evidence(weight=Weight.NOTE, said=said)
    elif provenance.quantisation:
        yield _fact(True, f"{_table(provenance)}; AI Studio's is all ones, Vertex's 134 to 592")
    else:
        kind = (provenance.container or "").removeprefix("image/").upper()
        yield _fact(True, f"the container is {kind} without a mark")
    said = "or it never came from this service: bytes cannot tell"
    yield Evidence(weight=Weight.NOTE, said=said)


def _against(evidence: tuple[Evidence, ...]) -> int:
    return sum(item.weight is Weight.AGAINST for item in evidence)
