"""Narrated tours: an explorer's controls glide from state to state, in the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import ipywidgets
import traitlets
from ipywidgets import widget_serialization

from ..results.schema import nearest
from .base import BuiltWidget
from .controls import ControlError, Controlled, NumberControl, declared

STEP_KEYS = ("caption", "controls", "figure")


class TourBar(BuiltWidget):
    """Caption, previous, next and play; moves the controls it names, without the kernel."""

    script = "tour"

    # [{"caption": text, "values": {source: value}, "figure": name or ""}, …], each step with the
    # values of all controls that the tour moves.
    steps = traitlets.List[Any]().tag(sync=True)
    # {source: [widget, trait]}: where each value goes.
    sources = traitlets.Dict().tag(sync=True, **widget_serialization)
    # {source: "linear", "logarithmic" or "jump"}: how each moves between two values.
    glides = traitlets.Dict().tag(sync=True)
    # [[figure, horizontal axis], …], which get room for large type.
    figures = traitlets.List[Any]().tag(sync=True, **widget_serialization)
    position = traitlets.Int(0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    seconds = traitlets.Float(8.0).tag(sync=True)
    lecture = traitlets.Bool(False).tag(sync=True)
    alone = traitlets.Bool(False).tag(sync=True)


class Tour(ipywidgets.VBox):
    """An explorer under the bar of a tour, as `Explorer.tour` makes it.

    Attributes
    ----------
    explorer
        Whose controls the tour moves; it stays usable in between.
    bar
        The bar; ``bar.position`` is the step that is shown, from 0, and ``bar.playing`` whether
        steps follow each other by themselves.
    """

    def __init__(
        self, explorer: Controlled, steps: Sequence[Mapping[str, Any]], *, lecture: bool = False,
        alone: bool = False, seconds: float = 8.0,
    ) -> None:  # fmt: skip
        if not 1 <= seconds <= 600:
            raise ValueError(f"seconds is {seconds}; a step stays from 1 to 600 seconds")
        if isinstance(steps, (str, Mapping)) or not len(steps):
            raise ValueError(
                "steps is empty or no list; expected a list of dicts such as "
                "{'caption': 'Longer answers', 'controls': {…}, 'figure': …}"
            )
        self.explorer = explorer
        sources: dict[str, list[Any]] = cast("Any", explorer)._sources()
        self.bar = TourBar(
            steps=list(_states(explorer, steps, sources)),
            sources=sources,
            glides={name: _glide(explorer, name) for name in sources},
            figures=[[panel.figure, panel.x_axis] for panel in explorer.panels.values()],
            lecture=lecture, alone=alone, seconds=seconds,
        )  # fmt: skip
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
    explorer: Controlled, steps: Sequence[Mapping[str, Any]], sources: Mapping[str, list[Any]]
) -> Iterator[dict[str, Any]]:
    """Every step with the values of all controls, so that a tour can go back."""
    values = {name: getattr(*place) for name, place in sources.items()}
    known = declared(explorer)
    for number, given in enumerate(cast("Sequence[object]", steps), 1):
        where = f"step {number} of the tour"
        if not isinstance(given, Mapping):
            raise TypeError(f"{where} is a {type(given).__name__}; expected a dict")
        step = cast("Mapping[str, Any]", given)
        for key in step:
            if key not in STEP_KEYS:
                raise TypeError(f"{where} has {key!r}. {nearest(key, STEP_KEYS)}")
        if not isinstance(step.get("caption"), str):
            raise TypeError(f"{where} has no caption; expected a text")
        figure = step.get("figure") or ""
        if figure and figure not in explorer.panels:
            raise ControlError(f"{where}: no figure {figure!r}. {nearest(figure, explorer.panels)}")
        for name, value in dict(step.get("controls") or {}).items():
            control = known.get(name)
            if control is None:
                raise ControlError(f"{where}: no control {name!r}. {nearest(name, known)}")
            try:
                valid = control.validate(explorer, value)
            except ControlError as error:
                raise ControlError(f"{where}: {error}") from error
            values |= cast("Any", explorer)._source_values(name, valid)
        yield {"caption": step["caption"], "values": dict(values), "figure": figure}


def _glide(explorer: Controlled, source: str) -> str:
    control = declared(explorer).get(source)
    if not isinstance(control, NumberControl):
        return "jump"
    return "logarithmic" if control.logarithmic else "linear"
