"""The browser link: runs a program's JavaScript twin whenever a control moves."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets
from ipywidgets import widget_serialization

from ..programs import PROGRAMS
from .base import OF_ANOTHER_VERSION, WIRE, front_end, module


class BrowserLink(anywidget.AnyWidget):
    """Connects controls to marks in the browser, without the kernel."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    program = traitlets.Unicode().tag(sync=True)
    # {control: [widget, trait]}: where each control's value is read.
    sources = traitlets.Dict().tag(sync=True, **widget_serialization)
    # {name: array or JSON value}, arrays sent as binary.
    constants = traitlets.Dict().tag(sync=True, **WIRE)
    # [[widget, {trait: encoding}, keep], …]: what each widget shows, see `programs.encode`.
    targets = traitlets.List[Any]().tag(sync=True, **widget_serialization)
    # {control: [label widget, format]}: value texts beside sliders.
    labels = traitlets.Dict().tag(sync=True, **widget_serialization)
    # Widgets that show outputs as text.
    readouts = traitlets.List[Any]().tag(sync=True, **widget_serialization)
    # {control: value} that the reset button restores.
    defaults = traitlets.Dict().tag(sync=True)
    # [[scatter, output], …]: marks whose points can be clicked, with what tells them apart.
    selectable = traitlets.List[Any]().tag(sync=True, **widget_serialization)
    # What the clicked point is, -1 for nothing; the program's control ``selection``.
    selection = traitlets.Int(-1).tag(sync=True)
    # What went wrong in the browser, empty when nothing did.
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        program = traits.get("program")
        if program not in PROGRAMS:
            raise ValueError(f"program is {program!r}; expected one of {', '.join(PROGRAMS)}")
        link = module(f"link_{program}.js", notice=OF_ANOTHER_VERSION)
        super().__init__(_esm=link, _css=front_end("style.css"), **traits)
