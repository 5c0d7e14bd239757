"""The selected model's outputs beside the targets."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from .front_end import front_end


class AnswersPanel(anywidget.AnyWidget):
    """A table of prompts, targets and outputs; all of it shown as text.

    Attributes
    ----------
    content
        Output ``answers`` of the program `results`.
    invitation
        What to read while nothing is selected.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    content = traitlets.Dict({"heading": "", "rows": []}).tag(sync=True)
    invitation = traitlets.Unicode("Click a point to read its model's answers.").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=front_end("answers.js"), **traits)
