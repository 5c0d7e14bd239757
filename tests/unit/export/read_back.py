"""Numbers read back from a picture's own coordinates."""

import re
from xml.etree import ElementTree

import numpy as np

SVG = "{http://www.w3.org/2000/svg}"
PIXEL = 0.011
"""Places are written to a hundredth of a pixel."""


class SvgFigure:
    """Lines and points of one figure, in the units of its axes."""

    def __init__(self, group: ElementTree.Element) -> None:
        _, _, width, height = map(float, group.attrib["data-box"].split())
        self.size = np.array([width, height])
        self.x = np.array(list(map(float, group.attrib["data-x"].split())))
        self.y = np.array(list(map(float, group.attrib["data-y"].split())))
        self.tolerance = (
            PIXEL * abs(self.x[1] - self.x[0]) / width,
            PIXEL * abs(self.y[1] - self.y[0]) / height,
        )
        self.lines = [
            self._data(_stretches(path.attrib["d"]))
            for path in group.iter(f"{SVG}path")
            if path.get("class") == "line"
        ]
        self.points = [
            self._data(np.array([_centre(mark) for mark in points], dtype=float).reshape(-1, 2))
            for points in group.iter(f"{SVG}g")
            if points.get("class") == "points"
        ]

    def _data(self, places: np.ndarray) -> np.ndarray:
        share = places / self.size
        return np.stack(
            [
                self.x[0] + share[:, 0] * (self.x[1] - self.x[0]),
                self.y[0] + (1 - share[:, 1]) * (self.y[1] - self.y[0]),
            ],
            axis=1,
        )


def svg_figures(text: str) -> dict[str, SvgFigure]:
    """Figures by name; the text must be one well-formed element."""
    found = re.search(r"<svg xmlns.*</svg>", text, re.DOTALL)
    assert found is not None
    root = ElementTree.fromstring(found.group(0))
    groups = (group for group in root.iter(f"{SVG}g") if "data-figure" in group.attrib)
    return {group.attrib["data-figure"]: SvgFigure(group) for group in groups}


def _stretches(path: str) -> np.ndarray:
    return np.array([pair.split() for pair in re.split("[ML]", path) if pair], dtype=float).reshape(
        -1, 2
    )


def _centre(mark: ElementTree.Element) -> list[str]:
    if mark.tag == f"{SVG}circle":
        return [mark.attrib["cx"], mark.attrib["cy"]]
    return mark.attrib["transform"].removeprefix("translate(").removesuffix(")").split()


def holds(drawn: list[np.ndarray], wanted: np.ndarray, tolerance: tuple[float, float]) -> bool:
    """Whether one of the drawn marks has exactly these places, in any order."""
    return any(
        mark.shape == wanted.shape
        and np.all(np.abs(ordered(mark) - ordered(wanted)) <= np.array(tolerance))
        for mark in drawn
    )


def ordered(places: np.ndarray) -> np.ndarray:
    """Places from left to right, and upwards where they share a place."""
    return places[np.lexsort((places[:, 1].round(9), places[:, 0].round(6)))]
