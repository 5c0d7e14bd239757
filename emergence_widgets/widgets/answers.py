"""The selected model's outputs beside the targets."""

from __future__ import annotations

import traitlets

from .base import BuiltWidget


class AnswersPanel(BuiltWidget):
    """A table of prompts, targets and outputs; all of it shown as text."""

    script = "answers"

    # Output ``answers`` of the program `results`.
    content = traitlets.Dict({"heading": "", "rows": []}).tag(sync=True)
    # What to read while nothing is selected.
    invitation = traitlets.Unicode("Click a point to read its model's answers.").tag(sync=True)
