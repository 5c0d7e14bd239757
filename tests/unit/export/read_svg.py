"""Figures out of an SVG: the still picture's, and matplotlib's."""

import itertools
import re
from xml.etree import ElementTree

import numpy as np

from .frames import Frame, Mark

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
HUNDREDTHS, MILLIONTHS = 0.0051, 1e-6
PAIR = re.compile(r"([MLZz]?)\s*([-\d.]+)[\s,]+([-\d.]+)|[Zz]")
TICK_MARK = re.compile(r"M(-?[\d.]+) (-?[\d.]+)[Hv]")


def still_frames(text: str) -> dict[str, Frame]:
    """Figures of the picture that stands in for a widget, by name."""
    found = re.search(r"<svg xmlns.*</svg>", text, re.DOTALL)
    assert found is not None
    root = ElementTree.fromstring(found.group(0))
    groups = (group for group in root.iter(f"{SVG}g") if "data-figure" in group.attrib)
    return {group.attrib["data-figure"]: _still(group) for group in groups}


def _still(group: ElementTree.Element) -> Frame:
    children = list(group)
    # The axes' own lines are drawn from the top left to the lower right.
    height, width = next(
        map(float, found.groups())
        for child in children
        if (found := re.fullmatch(r"M0 0V([\d.]+)H([\d.]+)", child.get("d", "")))
    )
    frame = Frame((0.0, width, height, 0.0), HUNDREDTHS)
    for mark, label in itertools.pairwise(children):
        if label.tag == f"{SVG}text" and (at := TICK_MARK.match(mark.get("d", ""))):
            x, y = map(float, at.groups())
            name, place = ("y", y) if x < 0 else ("x", x)
            frame.ticks[name].append((place, label.text or ""))
    for path in group.iter(f"{SVG}path"):
        kind, look = path.get("class"), path.attrib
        if kind == "line" and "stroke-dasharray" not in look:
            frame.lines.append(Mark(look["stroke"], places_of(look["d"])))
        elif kind == "line":
            frame.lines.append(Mark(look["stroke"], places_of(look["d"]), solid=False))
        elif kind == "band":
            frame.bands.append(Mark(look["fill"], places_of(look["d"])))
    for points in group.iter(f"{SVG}g"):
        if points.get("class") == "points":
            hollow = points.attrib["fill"] == "none"
            colour = points.attrib["stroke" if hollow else "fill"]
            places = np.array([_centre(mark) for mark in points], dtype=float).reshape(-1, 2)
            frame.points.append(Mark(colour, places, not hollow))
    return frame


def _centre(mark: ElementTree.Element) -> list[str]:
    if mark.tag == f"{SVG}circle":
        return [mark.attrib["cx"], mark.attrib["cy"]]
    return mark.attrib["transform"].removeprefix("translate(").removesuffix(")").split()


def places_of(path: str) -> np.ndarray:
    """Corners of a path of straight lines, NaN between its pieces, closed ones closed."""
    rows: list[tuple[float, float]] = []
    start: tuple[float, float] | None = None
    for found in PAIR.finditer(path):
        if found.group(2) is None:
            assert start is not None
            rows.append(start)
            continue
        place = float(found.group(2)), float(found.group(3))
        if found.group(1) == "M":
            rows += [(np.nan, np.nan)] if rows else []
            start = place
        rows.append(place)
    return np.array(rows).reshape(-1, 2)


def matplotlib_frames(data: bytes) -> list[Frame]:
    """Figures of a picture by matplotlib, in the order drawn, without maps and images."""
    root = ElementTree.fromstring(data)
    axes = [
        group for group in root.iter(f"{SVG}g") if re.fullmatch(r"axes_\d+", group.get("id", ""))
    ]
    return [
        _matplotlib_frame(group)
        for group in axes
        if group.find(f"{SVG}g[@id]/{SVG}g[@id]") is not None
    ]


def _matplotlib_frame(group: ElementTree.Element) -> Frame:
    ground = group.find(f"{SVG}g/{SVG}path")
    assert ground is not None
    corners = places_of(ground.attrib["d"])
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    frame = Frame((left, right, bottom, top), MILLIONTHS)
    axes = [child for child in group if child.get("id", "").startswith("matplotlib.axis")]
    for name, axis in zip("xy", axes, strict=True):
        for tick in axis:
            place, label = tick.find(f".//{SVG}use"), tick.find(f".//{SVG}text")
            if place is not None and label is not None:
                frame.ticks[name].append((float(place.attrib[name]), "".join(label.itertext())))
    for child in group:
        path, uses = child.find(f"{SVG}path"), list(child.iter(f"{SVG}use"))
        kind = child.get("id", "").partition("_")[0]
        if uses and kind == "line2d":
            look = _style(uses[0])
            hollow = look.get("fill-opacity") == "0"
            places = np.array([[use.attrib["x"], use.attrib["y"]] for use in uses], dtype=float)
            frame.points.append(Mark(look["stroke" if hollow else "fill"], places, not hollow))
        elif path is not None and "clip-path" in path.attrib:
            look = _style(path)
            places = places_of(path.attrib["d"])
            if kind == "line2d":
                frame.lines.append(Mark(look["stroke"], places, "stroke-dasharray" not in look))
            else:
                frame.bands.append(Mark(look["fill"], places))
    return frame


def _style(element: ElementTree.Element) -> dict[str, str]:
    parts = (part.partition(":") for part in element.attrib["style"].split(";"))
    return {name.strip(): value.strip() for name, _, value in parts}
