"""Reduce a picture once, for all measures that need no pixel of its own."""

from PIL import Image

LOOK_SIDE = 1024
REDUCED_SIDE = 256
LONGEST_SIDE = 4096


def look(image: Image.Image) -> Image.Image:
    """Reduce `image` by a whole factor to 1,024 px or less: the one pass over all its pixels.

    The short side keeps 256 px, so a long narrow picture stays longer, but never over
    4,096 px. A look reduces to itself.
    """
    wanted = -(-max(image.size) // LOOK_SIDE)
    factor = max(1, min(wanted, min(image.size) // REDUCED_SIDE))
    across = max(factor, -(-image.width // LONGEST_SIDE))
    down = max(factor, -(-image.height // LONGEST_SIDE))
    return image if across == down == 1 else image.reduce((across, down))


def reduction(image: Image.Image) -> Image.Image:
    """Reduce `image`, or a look of it, by a whole factor to a short side of 256 to 511 px.

    Every hash of a picture is made from this: five hashes of a 4K picture are made some
    hundred times as fast as from the whole. A reduction reduces to itself.
    """
    seen = look(image)
    factor = max(1, min(seen.size) // REDUCED_SIDE)
    return seen if factor == 1 else seen.reduce(factor)
