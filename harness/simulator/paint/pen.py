"""Draw a thing in its own measure: feet at the origin, height 1, the light that of the scene."""

import math
from dataclasses import dataclass, replace

import numpy as np

from harness.simulator.paint.canvas import Canvas, Fill, Points, Shade, points, ring, smooth
from harness.simulator.paint.colour import Rgb, relit
from harness.simulator.paint.mood import Mood


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """A place, size, lean and direction on a canvas.

    Attributes:
        canvas: What is drawn on.
        mood: The light.
        foot: Where the thing stands, pixels.
        size: Its height, pixels.
        lean: Turn about the foot, degrees, clockwise.
        flip: Whether it looks to the left.
    """

    canvas: Canvas
    mood: Mood
    foot: tuple[float, float]
    size: float
    lean: float = 0.0
    flip: bool = False

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Place one point (x right, y up) on the canvas."""
        placed = self.place(points([(x, y)]))[0]
        return float(placed[0]), float(placed[1])

    def place(self, outline: Points) -> Points:
        """Place many points on the canvas."""
        turn = math.radians(self.lean)
        x = -outline[:, 0] if self.flip else outline[:, 0]
        y = outline[:, 1]
        across = x * math.cos(turn) + y * math.sin(turn)
        up = y * math.cos(turn) - x * math.sin(turn)
        return np.stack([self.foot[0] + across * self.size, self.foot[1] - up * self.size], axis=1)

    def shade(self, colour: Rgb, depth: float = 1.0) -> Shade:
        """Make a rounded surface of `colour` under the scene's light."""
        toward = self.mood.toward
        return Shade(relit(colour, 0.07 * depth), relit(colour, -0.15 * depth), toward, 0.75)

    def blob(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        fill: Fill,
        angle: float = 0.0,
    ) -> None:
        """Fill an ellipse."""
        self.canvas.shape(self.place(ring(centre, radii, angle)), fill)

    def soft(self, corners: list[tuple[float, float]], fill: Fill) -> None:
        """Fill a closed curve through `corners`."""
        self.canvas.shape(self.place(smooth(points(corners))), fill)

    def hard(self, corners: list[tuple[float, float]], fill: Fill) -> None:
        """Fill a polygon."""
        self.canvas.shape(self.place(points(corners)), fill)

    def line(self, path: list[tuple[float, float]], width: float, fill: Fill) -> None:
        """Draw an open line, `width` in shares of the thing's height."""
        self.canvas.stroke(self.place(points(path)), max(1.0, width * self.size), fill)

    def shadow(self, wide: float = 0.42) -> None:
        """Let the thing stand on the ground, not hover."""
        x, y = self.foot
        sway = (0.5 - self.mood.sun_at[0]) * self.size * 0.3
        for share, alpha in ((1.5, 0.45), (0.85, 0.55)):
            radii = (self.size * wide * share, self.size * wide * 0.24 * share)
            self.canvas.glow(
                (x + sway * share, y - self.size * 0.01), radii, self.mood.shadow, alpha
            )

    def moved(self, x: float, y: float, scale: float, lean: float = 0.0) -> "Pen":
        """Make a pen for something that this thing wears or holds."""
        turn = self.lean + (-lean if self.flip else lean)
        return replace(self, foot=self.at(x, y), size=self.size * scale, lean=turn)
