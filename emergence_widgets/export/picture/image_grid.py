"""The images of `ReconstructionExplorer` beside each other."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...widgets.pictures import PictureTable
from .plain import plain_text

PICTURES = "pictures"


@dataclass(frozen=True)
class ImageGrid:
    """Images and what the models make of them."""

    title: str  # what the columns are
    rows: tuple[str, ...]  # names of the images
    columns: tuple[str, ...]  # the originals, then the models
    grey: np.ndarray  # of all, 0 (ink) to 255, with a white line of pixels after each image
    step: int  # pixels from one image to the next
    passed: np.ndarray  # whether each image is framed as good enough, shape (rows, columns)


def image_grid_of(table: PictureTable, marks: Mapping[str, Any]) -> ImageGrid:
    """The images of a table, and the output ``pictures`` of the program `reconstruction`."""
    shown = table.shown
    side, images, models = shown["side"], len(shown["rows"]), len(shown["columns"])
    originals = np.frombuffer(table.originals, np.uint8).reshape(1, images, side, side)
    rebuilt = np.frombuffer(table.rebuilt, np.uint8).reshape(models, images, side, side)
    ink = np.concatenate([originals, rebuilt])
    padded = np.pad(ink, ((0, 0), (0, 0), (0, 1), (0, 1)))
    step = side + 1
    sheet = padded.transpose(1, 2, 0, 3).reshape(images * step, (models + 1) * step)
    passed = np.asarray(marks["passed"], dtype=bool).reshape(models, images).T
    return ImageGrid(
        plain_text(shown["heading"]),
        tuple(plain_text(name) for name in shown["rows"]),
        ("original", *(plain_text(name) for name in shown["columns"])),
        255 - sheet,
        step,
        np.column_stack([np.zeros(images, dtype=bool), passed]),
    )


def png(grey: np.ndarray) -> bytes:
    """A PNG file of one channel, 0 to 255; by W3C's "Portable Network Graphics", section 5."""
    height, width = grey.shape
    # Each row begins with the number of its filter: none.
    rows = np.column_stack([np.zeros(height, np.uint8), grey.astype(np.uint8)]).tobytes()
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
