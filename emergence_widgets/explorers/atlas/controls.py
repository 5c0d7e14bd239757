"""Controls of the atlas, and what its kinds, orders and levels are called."""

from __future__ import annotations

from typing import Any, Unpack, cast

import ipywidgets
import traitlets

from ...core.statistics.late_rise import LATE, LEAST_LATE
from ...core.verdict.verdict import OUTCOMES
from ...programs.atlas_map import VERY_LATE
from ...widgets import theme
from ...widgets.controls import ChoiceControl, Control, Words
from ...widgets.readouts import SMALL_PRINT

KIND_LABELS = {"sharp": "right or wrong", "gradual": "gradual", "unknown": "unknown kind"}
KIND_COLOURS = {"sharp": theme.DISCONTINUOUS, "gradual": theme.CONTINUOUS, "unknown": theme.NEUTRAL}
FAMILY_CHOICES = {"most_scales": "family of most points", "median": "median over families"}
SORTS = {"jumps": "most late first", "given": "as in the data", "name": "by name"}
LIMITS = {"late": f"{LATE:g}: late", "a little late": f"{LEAST_LATE:g}: a little late"}
COLOURS = {"late rise": "late rise", "verdict": "verdict"}
MEANINGS = [
    ("T, late rise", "How far a score lags behind steady gains at the worst place, as a share of "
     "its whole rise: 0 is no lag, near 1 a long wait and then a jump. Of means over seeds, over "
     "the sizes that were tested; our own measure.", False),
    ("Steady gains", "Gains that, for each doubling of the size, stay equal or shrink: the lowest "
     f"such curve above all the points. T up to {LEAST_LATE:g}.", False),
    ("A little late, late", f"T above {LEAST_LATE:g}, and above {LATE:g}; the darkest cells are "
     f"above {VERY_LATE:g}.", False),
    ("No rise", "No clear rise: the last score is not above the first by more than the 95% "
     "intervals allow, or the curve falls at its beginning or end. Falls: the last score is below "
     "the first by more than they allow.", False),
    *((term, text, True) for term, text in SMALL_PRINT),
]  # fmt: skip
"""What the words of the map mean, and whether they are small print."""

SHORT = {
    "not established": "no rise",
    "no jump": "no jump",
    "metric artefact": "artefact",
    "smooth suffices": "smooth",
    "lottery": "lottery",
    "confounded": "confounded",
    "sharp but predictable": "predicted",
    "candidate real transition": "candidate",
    "undetermined": "open",
}
"""Outcomes of verdicts in a word, for a narrow cell."""


class SearchControl(Control, traitlets.Unicode[str, str]):
    """Words of names to look for, in a text field."""

    def __init__(self, **words: Unpack[Words]) -> None:
        cast("Any", super()).__init__("")
        self.describe(**words)

    @property
    def range_text(self) -> str:
        """Any text."""
        return "a text"

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ARG002
        """Check that the value is a text."""
        if not isinstance(value, str):
            raise self.refusal(value)
        return value

    def widget(self, value: Any, owner: Any) -> ipywidgets.DOMWidget:  # noqa: ARG002
        """Build the text field."""
        return ipywidgets.Text(
            value=value, description=self.label, placeholder="words of a name", tooltip=self.help,
            continuous_update=True,
        )  # fmt: skip


class CellControl(ChoiceControl):
    """One of the names along a side of a heat map, chosen by a click on a cell."""

    def __init__(self, trait: str) -> None:
        super().__init__(label="")
        # Of the heat map, which holds the name's index.
        self.trait = trait


def levels() -> list[dict[str, Any]]:
    """Look and meaning of each level, in the order of the program `atlas`."""
    by_size = "late rise"
    rows = (
        ("none", "", "not measured", "always"),
        ("few", "·", "fewer than 3 points", by_size),
        ("constant", "–", "constant", by_size),
        ("falls", "falls", "falls", by_size),
        ("no-rise", "no rise", "no clear rise", by_size),
        ("steady", None, f"steady gains: T up to {LEAST_LATE:g}", by_size),
        ("a-little-late", None, f"a little late: up to {LATE:g}", by_size),
        ("late", None, f"late: up to {VERY_LATE:g}", by_size),
        ("very-late", None, f"late: above {VERY_LATE:g}", by_size),
        ("unjudged", "", "no verdict", "verdict"),
        *((one.replace(" ", "-"), SHORT.get(one, one), one, "verdict") for one in OUTCOMES),
    )
    names = ("name", "mark", "label", "legend")
    return [dict(zip(names, row, strict=True)) for row in rows]
