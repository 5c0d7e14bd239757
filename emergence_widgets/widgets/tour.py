"""Narrated tours: an explorer's controls glide from state to state, in the browser."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import ipywidgets
import traitlets
from ipywidgets import widget_serialization

from .controls import ControlError, NumberControl
from .front_end import front_end

STEP_KEYS = ("caption", "controls", "figure")


class TourBar(anywidget.AnyWidget):
    """Caption, previous, next and play; moves the controls it names, without the kernel.

    Attributes
    ----------
    steps
        ``[{"caption": text, "values": {source: value}, "figure": name or ""}, …]``; the values
        of a step are those of all controls that the tour moves.
    sources
        ``{source: [widget, trait]}``: where each value goes.
    glides
        ``{source: 'linear' | 'logarithmic' | 'jump'}``: how each moves between two values.
    figures
        ``[[figure, horizontal axis], …]``, which get room for large type.
    position
        The step that is shown, from 0.
    playing
        Whether steps follow each other by themselves.
    seconds
        Time that a step stays while playing.
    lecture
        Whether type is large and the controls are out of sight.
    alone
        Whether only the figure of the step is shown.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    steps = traitlets.List().tag(sync=True)
    sources = traitlets.Dict().tag(sync=True, **widget_serialization)
    glides = traitlets.Dict().tag(sync=True)
    figures = traitlets.List().tag(sync=True, **widget_serialization)
    position = traitlets.Int(0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    seconds = traitlets.Float(8.0).tag(sync=True)
    lecture = traitlets.Bool(False).tag(sync=True)
    alone = traitlets.Bool(False).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=front_end("tour.js"), **traits)


class Tour(ipywidgets.VBox):
    """An explorer under the bar of a tour.

    Parameters
    ----------
    explorer
        Whose controls the tour moves; it stays usable in between.
    steps
        Dicts with ``caption`` (text), ``controls`` (values by name; a control keeps its value
        until a later step names it) and ``figure`` (name of the figure to look at), the last
        two optional.
    lecture
        Whether to begin with large type and without the controls.
    alone
        Whether to begin with one figure, the one that the step names.
    seconds
        Time that a step stays while playing, from 1 to 600.

    Raises
    ------
    TypeError
        A step that is no dict, or an unknown key.
    ControlError
        An unknown control, a value out of range, an unknown figure: the message names the step.
    ValueError
        No steps, or seconds out of range.
    """

    def __init__(
        self,
        explorer: Any,
        steps: Sequence[Mapping[str, Any]],
        *,
        lecture: bool = False,
        alone: bool = False,
        seconds: float = 8.0,
    ) -> None:
        if not 1 <= seconds <= 600:
            raise ValueError(f"seconds is {seconds}; a step stays from 1 to 600 seconds")
        if isinstance(steps, (str, Mapping)) or not len(steps):
            raise ValueError(
                "steps is empty or no list; expected a list of dicts such as "
                "{'caption': 'Longer answers', 'controls': {…}, 'figure': …}"
            )
        self.explorer = explorer
        sources = explorer._sources()
        first = {name: getattr(widget, trait) for name, (widget, trait) in sources.items()}
        self.bar = TourBar(
            steps=_states(explorer, steps, first),
            sources=sources,
            glides={name: _glide(explorer, name) for name in sources},
            figures=[[panel.figure, panel.x_axis] for panel in explorer.panels.values()],
            lecture=lecture,
            alone=alone,
            seconds=seconds,
        )
        super().__init__([self.bar, explorer])
        self.add_class("ew-tour")

    def close(self) -> None:
        """Close the bar; the explorer stays."""
        # A tour whose steps were refused has no bar, and is closed when it is collected.
        bar = getattr(self, "bar", None)
        if bar is not None:
            self.children = ()
            bar.close()
        super().close()


def _states(
    explorer: Any, steps: Sequence[Mapping[str, Any]], first: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Every step with the values of all controls, so that a tour can go back."""
    values, states = dict(first), []
    for number, step in enumerate(steps, 1):
        where = f"step {number} of the tour"
        if not isinstance(step, Mapping):
            raise TypeError(f"{where} is a {type(step).__name__}; expected a dict")
        for key in step:
            if key not in STEP_KEYS:
                raise TypeError(f"{where} has {key!r}. {_hint(key, STEP_KEYS)}")
        if not isinstance(step.get("caption"), str):
            raise TypeError(f"{where} has no caption; expected a text")
        figure = step.get("figure") or ""
        if figure and figure not in explorer.panels:
            raise ControlError(
                f"{where}: no figure {figure!r}. {_hint(figure, list(explorer.panels))}"
            )
        for name, value in dict(step.get("controls") or {}).items():
            if name not in explorer._declared:
                raise ControlError(
                    f"{where}: no control {name!r}. {_hint(name, list(explorer._declared))}"
                )
            try:
                valid = type(explorer).class_traits()[name].validate(explorer, value)
            except ControlError as error:
                raise ControlError(f"{where}: {error}") from error
            values |= explorer._source_values(name, valid)
        states.append({"caption": step["caption"], "values": dict(values), "figure": figure})
    return states


def _hint(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return f"{hint}There is: {', '.join(known)}."


def _glide(explorer: Any, source: str) -> str:
    control = explorer._declared.get(source)
    if not isinstance(control, NumberControl):
        return "jump"
    return "logarithmic" if control.logarithmic else "linear"
