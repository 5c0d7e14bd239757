"""Controls of the atlas, and what its kinds, orders and levels are called."""

from __future__ import annotations

from typing import Any, Unpack, cast

import ipywidgets
import traitlets

from ...core.verdict.verdict import OUTCOMES
from ...widgets import theme
from ...widgets.controls import ChoiceControl, Control, Words

KIND_LABELS = {"sharp": "right or wrong", "gradual": "gradual", "unknown": "unknown kind"}
KIND_COLOURS = {"sharp": theme.DISCONTINUOUS, "gradual": theme.CONTINUOUS, "unknown": theme.NEUTRAL}
FAMILY_CHOICES = {"most_scales": "family of most points", "median": "median over families"}
SORTS = {"jumps": "most jumps first", "given": "as in the data", "name": "by name"}
LIMITS = {"noise": "noise alone", "steps": "noise and twice a ramp"}
COLOURS = {"breakthroughness": "breakthroughness", "verdict": "verdict"}

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
    by_size = "breakthroughness"
    rows = (
        ("none", "", "not measured", None, "always"),
        ("few", "·", "fewer than 3 points", None, by_size),
        ("flat", "–", "constant", None, by_size),
        ("fall-2", None, "falls beyond its limit", "", by_size),
        ("fall-1", None, "falls, within its limit", "−1", by_size),
        ("within", None, "rises, within its limit", "0", by_size),
        ("up-1", None, "up to twice its limit", "1", by_size),
        ("up-2", None, "up to 4 times its limit", "2", by_size),
        ("up-3", None, "up to 8 times its limit", "4", by_size),
        ("up-4", None, "more than 8 times its limit", "8", by_size),
        ("unjudged", "", "no verdict", None, "verdict"),
        *((one.replace(" ", "-"), SHORT.get(one, one), one, None, "verdict") for one in OUTCOMES),
    )
    names = ("name", "mark", "label", "from", "legend")
    return [dict(zip(names, row, strict=True)) for row in rows]
