"""Colours and markers; the colours of meaning are CSS variables, so that they follow the theme."""

from __future__ import annotations

DISCONTINUOUS = "var(--ew-sharp)"
CONTINUOUS = "var(--ew-gentle)"
LOSS = "var(--ew-cause)"
NEUTRAL = "var(--ew-mist)"
TEXT = "var(--ew-text)"
QUIET = "var(--ew-quiet)"

# Okabe and Ito's palette, safe for colour-blind readers, without its black and its yellow,
# which a dark or a light theme would swallow; set in style.css, where the dark theme lightens
# the darker three.
FAMILY_COLOURS = tuple(f"var(--ew-family-{number})" for number in range(1, 7))
FAMILY_MARKERS = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

FIGURE_HEIGHT = "215px"
FIGURE_MARGIN = {"top": 10, "bottom": 40, "left": 46, "right": 14}
LINE_WIDTH = 2.5
POINT_SIZE = 42
