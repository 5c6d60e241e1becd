"""Write pictures as the service does, and say in their bytes that they are simulated."""

import io
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

NOTE = "simulated picture, made by gemini-image-harness simulator"
_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    'xmp:CreatorTool="gemini-image-harness simulator"><dc:description><rdf:Alt>'
    f'<rdf:li xml:lang="x-default">{NOTE}</rdf:li></rdf:Alt></dc:description>'
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
).encode()


def mark() -> dict[str, Any]:
    """Give what every picture carries, as options of Pillow: comment and XMP."""
    return {"comment": NOTE.encode(), "xmp": _XMP}


def to_jpeg(image: Image.Image) -> bytes:
    """Encode as the service does: quality 100 (all ones), 4:2:0, 300 dpi, marked as simulated."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=100, subsampling="4:2:0", dpi=(300, 300), **mark())
    return out.getvalue()


def to_png(image: Image.Image) -> bytes:
    """Encode as a PNG, which the service does not do, marked as simulated."""
    info = PngInfo()
    info.add_text("comment", NOTE)
    info.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1, pnginfo=info)
    return out.getvalue()
