"""The browser link: runs a program's JavaScript twin whenever a control moves."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets
from ipywidgets import widget_serialization

from ..programs import PROGRAMS
from .base import OF_ANOTHER_VERSION, WIRE, front_end, module


class BrowserLink(anywidget.AnyWidget):
    """Connects controls to marks in the browser, without the kernel.

    Attributes
    ----------
    program
        Name of the program.
    sources
        ``{control: [widget, trait]}``: where each control's value is read.
    constants
        ``{name: array or JSON value}``: the program's constants, arrays sent as binary.
    targets
        ``[[widget, {trait: encoding}, keep], …]``: what each widget shows, see
        `emergence_widgets.programs.encode`.
    labels
        ``{control: [label widget, format]}``: value texts beside sliders.
    readouts
        Readout strips that show the outputs as text.
    defaults
        ``{control: value}`` that the reset button restores.
    selectable
        ``[[scatter, output], …]``: marks whose points can be clicked, with the output that
        tells what each point is.
    selection
        What the clicked point is, -1 for nothing; the program's control ``selection``.
    error
        What went wrong in the browser, empty when nothing did.

    Examples
    --------
    A slider that stretches a curve needs a program of its own; explorers build their link
    from their declarations, so that few people ever construct one:

    >>> BrowserLink(program="mirage").error
    ''
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    program = traitlets.Unicode().tag(sync=True)
    sources = traitlets.Dict().tag(sync=True, **widget_serialization)
    constants = traitlets.Dict().tag(sync=True, **WIRE)
    targets = traitlets.List[Any]().tag(sync=True, **widget_serialization)
    labels = traitlets.Dict().tag(sync=True, **widget_serialization)
    readouts = traitlets.List[Any]().tag(sync=True, **widget_serialization)
    defaults = traitlets.Dict().tag(sync=True)
    selectable = traitlets.List[Any]().tag(sync=True, **widget_serialization)
    selection = traitlets.Int(-1).tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        program = traits.get("program")
        if program not in PROGRAMS:
            raise ValueError(f"program is {program!r}; expected one of {', '.join(PROGRAMS)}")
        link = module(f"link_{program}.js", notice=OF_ANOTHER_VERSION)
        super().__init__(_esm=link, _css=front_end("style.css"), **traits)
