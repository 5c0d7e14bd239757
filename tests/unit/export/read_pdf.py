"""Figures out of a PDF by matplotlib: its drawing operators, run by a machine of few parts."""

import re
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from .frames import Frame, Mark

ROUNDING = 1e-6
TOKEN = re.compile(
    rb"\((?:\\.|[^\\()])*\)|[\[\]]|/[^\s/\[\]()<>]+|[-+]?\d*\.?\d+|[A-Za-z][A-Za-z*]*", re.DOTALL
)
ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
PAINTED = {"S": "stroked", "f": "filled", "B": "both", "n": "nothing"}


class Document:
    """Objects of a file by number, found through its table of places."""

    def __init__(self, data: bytes) -> None:
        table = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
        starts = [int(at) for at in re.findall(rb"(\d{10}) \d{5} n", data[table:])]
        self.objects: dict[int, bytes] = {}
        for start in starts:
            head = re.compile(rb"(\d+) 0 obj\s").match(data, start)
            assert head is not None
            following = [other for other in (*starts, table) if other > start]
            self.objects[int(head.group(1))] = data[head.end() : min(following)]

    def stream(self, number: int) -> bytes:
        head, _, body = self.objects[number].partition(b"stream\n")
        length = re.search(rb"/Length (\d+)( 0 R)?", head)
        assert length is not None
        size = int(length.group(1))
        size = int(self.objects[size].split()[0]) if length.group(2) else size
        return zlib.decompress(body[:size]) if b"FlateDecode" in head else body[:size]

    def reference(self, name: bytes, text: bytes) -> int:
        found = re.search(rb"/" + name + rb" (\d+) 0 R", text)
        assert found is not None, name
        return int(found.group(1))

    def only(self, kind: bytes) -> bytes:
        return next(one for one in self.objects.values() if b"/Type /" + kind + b"\n" in one
                    or b"/Type /" + kind + b" " in one)  # fmt: skip

    def fonts(self) -> dict[str, dict[int, str]]:
        """By name of a font: the letters of its codes."""
        resources = self.objects[self.reference(b"Resources", self.only(b"Page"))]
        named = self.objects[self.reference(b"Font", resources)]
        return {
            name.decode(): self._letters(self.objects[int(number)])
            for name, number in re.findall(rb"/(\w+) (\d+) 0 R", named)
        }

    def _letters(self, font: bytes) -> dict[int, str]:
        letters: dict[int, str] = {}
        table = self.stream(self.reference(b"ToUnicode", font))
        for first, last, targets in re.findall(rb"<(\w+)> <(\w+)> \[([^]]*)\]", table):
            codes = range(int(first, 16), int(last, 16) + 1)
            texts = [bytes.fromhex(one.decode()) for one in re.findall(rb"<(\w+)>", targets)]
            letters |= {c: t.decode("utf-16-be") for c, t in zip(codes, texts, strict=True)}
        return letters


def operations(content: bytes) -> Iterator[tuple[str, list[Any]]]:
    """Each operator with its operands."""
    waiting: list[Any] = []
    for token in TOKEN.findall(content):
        first = token[:1]
        if first == b"(":
            waiting.append(ESCAPE.sub(lambda one: ESCAPES.get(one[1], one[1]), token[1:-1]))
        elif first == b"/":
            waiting.append(token[1:].decode())
        elif first in b"[]":
            continue
        elif first.isalpha():
            yield token.decode(), waiting
            waiting = []
        else:
            waiting.append(float(token))


class Machine:
    """Runs a page; figures begin with their ground, a rectangle that is not painted."""

    def __init__(self, document: Document) -> None:
        self.frames: list[Frame] = []
        self.fonts = document.fonts()
        self.state: dict[str, Any] = {
            "move": np.zeros(2), "stroke": "", "fill": "", "dashed": False, "font": "",
            "clip": False,
        }  # fmt: skip
        self.saved: list[dict[str, Any]] = []
        self.path: list[tuple[float, float]] = []
        self.curved = False
        self.tick: tuple[str, float] | None = None
        self.text = ""
        self.run: list[tuple[float, float]] = []
        contents = document.stream(document.reference(b"Contents", document.only(b"Page")))
        for name, values in operations(contents):
            self._step(name, values)

    def _step(self, name: str, values: list[Any]) -> None:
        state = self.state
        if name == "q":
            self.saved.append(dict(state))
        elif name == "Q":
            self._end_run()
            self.state = self.saved.pop()
        elif name == "cm":
            state["move"] = state["move"] + np.array(values[4:])
        elif name in ("G", "RG", "g", "rg"):
            colour = "#" + "".join(f"{round(255 * one):02x}" for one in (values * 3)[:3])
            state["stroke" if name.isupper() else "fill"] = colour
        elif name == "d":
            state["dashed"] = len(values) > 1
        elif name in ("m", "l", "c"):
            self.path += [(np.nan, np.nan)] if name == "m" and self.path else []
            self.path.append((values[-2], values[-1]))
            self.curved |= name == "c"
        elif name == "re":
            # Rectangles are clips here, each followed by W n.
            state["clip"] = True
        elif name in PAINTED:
            self._paint(PAINTED[name])
        elif name == "Do" and self.frames:
            self.run.append(tuple(state["move"]))
        elif name == "Tf":
            state["font"] = values[0]
        elif name in ("Tj", "TJ"):
            codes = b"".join(one for one in values if isinstance(one, bytes))
            letters = self.fonts[state["font"]]
            pairs = zip(codes[::2], codes[1::2], strict=True)
            self.text += "".join(letters[256 * high + low] for high, low in pairs)
        elif name == "ET":
            if self.tick:
                self.frames[-1].ticks[self.tick[0]].append((self.tick[1], self.text))
            self.tick, self.text = None, ""

    def _end_run(self) -> None:
        if self.run:
            self._add_points(np.array(self.run))
            self.run = []

    def _paint(self, how: str) -> None:
        path, curved = np.array(self.path), self.curved
        self.path, self.curved = [], False
        if not len(path):
            return
        low, high = np.nanmin(path, axis=0), np.nanmax(path, axis=0)
        if how == "nothing":
            frame = Frame((low[0], high[0], low[1], high[1]), ROUNDING)
            self.frames.append(frame)
        elif not self.frames:
            return
        elif how == "both" and len(path) == 2:
            # A tick lies outside; the words beside it follow.
            upright = path[0, 0] == path[1, 0]
            self.tick = ("x", path[0, 0]) if upright else ("y", path[0, 1])
        elif how == "both" or (how == "stroked" and curved):
            # A marker that is drawn once.
            self._add_points(np.array([(low + high) / 2]))
        elif self.state["clip"] and how == "stroked":
            mark = Mark(self.state["stroke"], path, not self.state["dashed"])
            self.frames[-1].lines.append(mark)
        elif self.state["clip"] and not curved:
            self.frames[-1].bands.append(Mark(self.state["fill"], np.vstack([path, path[:1]])))

    def _add_points(self, places: np.ndarray) -> None:
        hollow = self.state["stroke"] != "#ffffff"
        colour = self.state["stroke" if hollow else "fill"]
        frame = self.frames[-1]
        # Signs of the legend lie below the figures.
        if frame.inside(places, slack=1.0).all():
            frame.points.append(Mark(colour, places, not hollow))


def pdf_frames(data: bytes) -> list[Frame]:
    """Figures of a PDF, in the order drawn, without maps and images."""
    return [frame for frame in Machine(Document(data)).frames if frame.ticks["x"]]
