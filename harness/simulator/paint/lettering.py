"""Write what the prompt quotes, on a board that stands out from the scene."""

from PIL import ImageDraw, ImageFont

from harness.simulator.paint.canvas import Canvas, Shade, points
from harness.simulator.paint.colour import mix, oklch, relit
from harness.simulator.paint.mood import Mood, Rng


def _font(text: str, wide: float, tall: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    probe = ImageFont.load_default(100)
    left, top, right, bottom = probe.getbbox(text)
    scale = min(wide / max(1, right - left), tall / max(1, bottom - top))
    return ImageFont.load_default(max(8, int(100 * scale)))


def paint_sign(canvas: Canvas, text: str, mood: Mood, rng: Rng) -> None:
    """Hang a board with `text`, legibly, above or below the subject."""
    wide = canvas.w * float(rng.uniform(0.50, 0.78))
    tall = min(canvas.h * 0.24, max(canvas.h * 0.085, wide / max(4, len(text)) * 1.7))
    x = canvas.w * 0.5 + (canvas.w - wide) * float(rng.uniform(-0.35, 0.35))
    above = rng.random() < 0.7
    y = canvas.h * (float(rng.uniform(0.11, 0.17)) if above else 0.86)
    hue = float(rng.uniform(0, 360))
    board = oklch(0.26, 0.06, hue) if rng.random() < 0.5 or mood.dark else oklch(0.94, 0.03, hue)
    ink = oklch(0.90, 0.13, hue + 120) if sum(board) < 380 else oklch(0.28, 0.10, hue + 120)
    box = (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
    _paint_board(canvas, box, board, above=above)
    if mood.dark:
        canvas.glow((x, y), (wide * 0.7, tall * 1.4), ink, 0.30)
    font = _font(text, wide * 0.86, tall * 0.52)
    draw = ImageDraw.Draw(canvas.image)
    draw.text((x + tall * 0.015, y + tall * 0.02), text, relit(board, -0.12), font, anchor="mm")
    draw.text((x, y), text, ink, font, anchor="mm")


def _paint_board(
    canvas: Canvas,
    box: tuple[float, float, float, float],
    board: tuple[int, int, int],
    *,
    above: bool,
) -> None:
    left, top, right, bottom = box
    edge = (bottom - top) * 0.06
    for x in (left + edge * 4, right - edge * 4):
        ends = ((x, -9.0), (x, top)) if above else ((x, bottom), (x, canvas.h + 9.0))
        canvas.stroke(points(ends), edge * 0.8, (58, 50, 48))
    drop = edge * 1.2
    cast = [(left, top), (right, top), (right, bottom), (left, bottom)]
    canvas.shape(points(cast) + drop, (10, 10, 18), 0.35)
    canvas.shape(
        points(cast), mix(board, (255, 255, 255) if sum(board) < 380 else (90, 70, 50), 0.55)
    )
    inner = [(left + edge, top + edge), (right - edge, top + edge), (right - edge, bottom - edge)]
    inner.append((left + edge, bottom - edge))
    canvas.shape(points(inner), Shade(relit(board, 0.04), relit(board, -0.04), 90.0))
