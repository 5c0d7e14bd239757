"""Images and their reconstructions, with a mark on those that are good enough."""

from __future__ import annotations

import numpy as np
import traitlets

from .base import BuiltWidget


class PictureTable(BuiltWidget):
    """One row an image: the original, then what every model makes of it.

    Images are 0 (paper) to 1 (ink): originals (images, side, side), rebuilt (models, images,
    side, side).
    """

    script = "pictures"

    originals = traitlets.Bytes().tag(sync=True)
    rebuilt = traitlets.Bytes().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    # Output ``pictures`` of the program `reconstruction`.
    marks = traitlets.Dict({"passed": [], "selected": -1}).tag(sync=True)

    def __init__(
        self, originals: np.ndarray, rebuilt: np.ndarray, *, heading: str, columns: list[str],
        rows: list[str],
    ) -> None:  # fmt: skip
        images, side = originals.shape[:2]
        if rebuilt.shape != (len(columns), images, side, side) or len(rows) != images:
            raise ValueError(
                f"originals has shape {originals.shape} and rebuilt {rebuilt.shape}; expected "
                f"({len(rows)}, side, side) and ({len(columns)}, {len(rows)}, side, side)"
            )
        super().__init__(
            originals=_levels(originals),
            rebuilt=_levels(rebuilt),
            shown={"heading": heading, "columns": columns, "rows": rows, "side": int(side)},
        )


def _levels(images: np.ndarray) -> bytes:
    return np.rint(255 * np.clip(images, 0, 1)).astype(np.uint8).tobytes()
