"""The base of all explorers: a program, its controls, its figures and the browser link."""

from __future__ import annotations

import difflib
from collections.abc import Generator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import ipywidgets
import numpy as np
import pandas as pd

from ..core.no_mathematics import NO_MATHEMATICS
from ..export.picture.scene import Snapshot
from ..programs import PROGRAMS
from ..programs.encode import encoded, scope
from ..widgets.controls import Control, controls_of, signature_with_controls
from ..widgets.formats import format_value
from ..widgets.lifetime import descendants, track
from ..widgets.link import BrowserLink
from ..widgets.panel import Panel, Targets, classed, text
from ..widgets.readouts import ReadoutStrip
from ..widgets.tour import Tour
from .exports import Exports
from .tour_texts import tour_of


class Curve(NamedTuple):
    """Where the numbers of one curve stand among a program's outputs and constants."""

    figure: str  # this and the next: its names in ``curves()``
    curve: str
    x: str
    y: str
    lower: str | None = None
    upper: str | None = None

    @classmethod
    def measured(cls, figure: str, score: str, x: str, *, name: str = "") -> Curve:
        """Points of a score with their intervals."""
        ends = (f"{score}_{part}" for part in ("measured", "lower", "upper"))
        return cls(figure, f"{name or score}_measured", x, *ends)


class Explorer(Exports, ipywidgets.VBox):
    """Figures and controls linked in the browser; what all explorers have in common.

    A subclass names its `program` beside its base, declares its controls as class attributes,
    and builds its figures in `_build`.

    Parameters
    ----------
    constants
        What the program reads beside the controls.
    **controls
        Initial values of controls by name; also ``layout``.

    Raises
    ------
    TypeError
        An unknown keyword; the message names the nearest control.
    ControlError
        A value out of range; the message states the range.
    """

    program: ClassVar[str]

    def __init_subclass__(cls, program: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.program = program or cls.program
        if "__init__" in vars(cls):
            # Notebooks show it, and complete from it.
            vars(cls)["__init__"].__signature__ = signature_with_controls(cls)

    def __init__(self, constants: dict[str, Any], /, **controls: Any) -> None:
        declared = controls_of(type(self))
        layout = {key: controls.pop(key) for key in ("layout",) if key in controls}
        # First of all, because a widget that fails half-way would stay alive for ever.
        self._check(controls, declared)
        super().__init__(**layout)
        for name, value in controls.items():
            setattr(self, name, value)
        self.controls: dict[str, Any] = {}
        self.panels: dict[str, Panel] = {}
        self.constants = constants
        self._declared = declared
        self._labels: dict[str, list[Any]] = {}
        self.shared_links: list[Any] = []
        self._targets = Targets()
        box = self._control_box()
        self._build()
        for name, panel in self.panels.items():
            panel.add_class(f"ew-figure-{name}")
            for one in panel.targets:
                self._targets.bind(one.widget, keep=one.keep, **one.traits)
        self.readouts = self._readout_strip()
        sources = self._sources()
        self.link = BrowserLink(
            program=self.program,
            sources=sources,
            constants=self.constants,
            targets=[[one.widget, one.traits, one.keep] for one in self._targets],
            labels=self._labels,
            readouts=self._readers(),
            defaults={name: getattr(widget, trait) for name, (widget, trait) in sources.items()},
            selectable=[one for panel in self.panels.values() for one in panel.selectable],
        )
        self._paint_once()
        self.children = self._arrange(box)
        classed(self, "ew-explorer", *NO_MATHEMATICS)
        track(self)

    # What a subclass provides

    def _build(self) -> None:
        """Fill `self.panels`; let `self._targets` know what widgets outside of them show."""
        raise TypeError(f"{type(self).__name__} builds no figures")

    def _readout_strip(self) -> ReadoutStrip:
        raise TypeError(f"{type(self).__name__} has no readouts")

    def _curves(self) -> list[Curve]:
        raise TypeError(f"{type(self).__name__} names no curves")

    def _unavailable(self) -> dict[str, str]:
        """Groups of controls that have nothing to work on, each with the reason in words."""
        return {}

    def _source_values(self, name: str, value: Any) -> dict[str, Any]:
        """What the inputs read when the control `name` has this value."""
        return {name: self._declared[name].to_widget(value, self)}

    def _readers(self) -> list[Any]:
        """Widgets that show outputs as text, all of them in a trait ``values``."""
        return [self.readouts]

    # Assembly

    def _check(self, given: Mapping[str, Any], known: Mapping[str, Control]) -> None:
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"Did you mean {near[0]!r}? " if near else ""
                raise TypeError(
                    f"{type(self).__name__} has no control {name!r}. {hint}"
                    f"Its controls are {', '.join(known)}."
                )
        for name, value in given.items():
            known[name].validate(self, value)

    def _control_box(self) -> ipywidgets.Box:
        groups: dict[str, list[ipywidgets.Widget]] = {}
        for name, control in self._declared.items():
            if control.group:
                groups.setdefault(control.group, []).append(self._control_row(name, control))
        for title, reason in self._unavailable().items():
            groups[title].insert(0, text(reason, "ew-hint"))
        columns = [
            classed(ipywidgets.VBox([text(title, "ew-group-title"), *rows]), "ew-group")
            for title, rows in groups.items()
        ]
        return classed(ipywidgets.Box(columns), "ew-controls")

    def _control_row(self, name: str, control: Control) -> ipywidgets.Widget:
        widget = control.widget(getattr(self, name), self)
        if control.group in self._unavailable():
            widget.disabled = True
        self.controls[name] = widget
        self._connect(name, control, widget)
        parts: list[ipywidgets.Widget] = [widget]
        if control.format is not None:
            value_text = classed(ipywidgets.Label(), "ew-value")
            self._labels[name] = [value_text, control.format]
            parts.append(value_text)
        return classed(ipywidgets.HBox(parts), "ew-control")

    def _connect(self, name: str, control: Control, widget: Any) -> None:
        """Keep trait and input equal, without answering an input with another number."""
        trait = control.trait

        def to_trait(change: Any) -> None:
            setattr(self, name, control.from_widget(change["new"], self))

        def to_widget(change: Any) -> None:
            if control.from_widget(getattr(widget, trait), self) != change["new"]:
                setattr(widget, trait, control.to_widget(change["new"], self))

        widget.observe(to_trait, trait)
        self.observe(to_widget, name)

    def _sources(self) -> dict[str, list[Any]]:
        return {
            name: [self.controls[name], control.trait]
            for name, control in self._declared.items()
            if name in self.controls
        }

    def _repr_keys(self) -> Generator[str, None, None]:
        # Controls that were moved; ipywidgets would write out every widget inside.
        for name in getattr(self, "_declared", {}):
            if not self._compare(getattr(self, name), self.traits()[name].default_value):
                yield name

    def _arrange(self, box: ipywidgets.Widget) -> tuple[Any, ...]:
        beside = len(self.panels)
        columns = f"ew-columns-{beside if beside in (1, 2, 4) else 3}"
        figures = classed(ipywidgets.Box(list(self.panels.values())), "ew-figures", columns)
        return (box, figures, self.readouts, self.link)

    def _paint_once(self) -> None:
        """Draw the Python twin's outputs, for a page in which no browser computes."""
        outputs = self._outputs()
        for widget, traits in self._painted(outputs):
            # One message a mark: its x and y must never differ in length.
            with widget.hold_sync():
                for trait, value in traits.items():
                    setattr(widget, trait, value)
        for name, (label, format) in self._labels.items():
            label.value = format_value(format, float(self.controls[name].value))
        kinds = (np.ndarray, float, int, str, list)
        readable = self._readable(outputs).items()
        values: dict[str, Any] = {name: one for name, one in readable if isinstance(one, kinds)}
        for reader in self._readers():
            reader.values = values

    def _painted(self, outputs: Mapping[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
        """What every widget shows of the program's outputs at the current controls."""
        lookup = scope(outputs, self.constants, self._program_controls())
        return [(one.widget, encoded(one.traits, one.keep, lookup)) for one in self._targets]

    def _readable(self, outputs: Mapping[str, Any]) -> dict[str, Any]:
        """What readouts can name: outputs, and controls that are numbers."""
        controls = self._program_controls().items()
        return {name: one for name, one in controls if type(one) in (int, float)} | {**outputs}

    # Public

    @property
    def figures(self) -> dict[str, Any]:
        """Figures (bqplot) by name."""
        return {name: panel.figure for name, panel in self.panels.items()}

    @property
    def state(self) -> dict[str, Any]:
        """Values of the controls by name."""
        return {name: getattr(self, name) for name in self._declared}

    def set_state(self, sync_data: dict[str, Any] | None = None, /, **controls: Any) -> None:
        """Set several controls; none is changed when one of the values is refused.

        Parameters
        ----------
        sync_data
            For ipywidgets, which calls this method with what the browser sent.
        **controls
            Values by name of control.

        Raises
        ------
        TypeError
            An unknown name.
        ControlError
            A value out of range.
        """
        if sync_data is not None:
            super().set_state(sync_data)
        self._check(controls, self._declared)
        for name, value in controls.items():
            setattr(self, name, value)

    def curves(self) -> pd.DataFrame:
        """The numbers on screen at the current controls, computed by the Python twin.

        Returns
        -------
        pandas.DataFrame
            Columns ``figure, curve, x, y, lower, upper``, in data units; lower and upper
            are NaN where a curve has no interval.
        """
        outputs = {**self.constants, **self._outputs()}
        parts: list[pd.DataFrame] = []
        for figure, curve, *sources in self._curves():
            # A single number is a curve of one point.
            numbers = [np.array(outputs[one], float, ndmin=1) if one else np.nan for one in sources]
            columns = zip(Curve._fields, (figure, curve, *numbers), strict=True)
            parts.append(pd.DataFrame(dict(columns)))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=Curve._fields)

    def tour(
        self,
        steps: Sequence[Mapping[str, Any]] | None = None,
        *,
        lecture: bool = False,
        alone: bool = False,
        seconds: float = 8.0,
    ) -> Tour:
        """Show this explorer under a narrated tour that moves its controls.

        Parameters
        ----------
        steps
            Dicts with ``caption``, ``controls`` (values by name) and ``figure`` (a name of
            `figures`), the last two optional; by default this explorer's own tour.
        lecture
            Whether to begin with large type and without the controls.
        alone
            Whether to begin with one figure, the one that the step names.
        seconds
            Time that a step stays while the tour plays by itself, from 1 to 600.

        Returns
        -------
        Tour
            Previous, next, play; arrow keys turn the steps, space plays. It needs no kernel.

        Raises
        ------
        ControlError
            A step names an unknown control or figure, or a value out of range.
        TypeError, ValueError
            Steps that are no list of dicts, or none.

        Examples
        --------
        >>> from emergence_widgets import MirageExplorer
        >>> e = MirageExplorer()
        >>> tour = e.tour([{"caption": "One token", "controls": {"length": 1}}])
        >>> e.close()
        """
        shown = tour_of(self) if steps is None else steps
        return Tour(self, shown, lecture=lecture, alone=alone, seconds=seconds)

    def close(self) -> None:
        """Close every widget of this explorer, its links and its listeners."""
        for shared in getattr(self, "shared_links", ()):
            shared.unlink()
        owned = list(descendants(self))
        self.unobserve_all()
        for widget in owned:
            widget.unobserve_all()
            widget.close()
        super().close()

    def _program_controls(self) -> dict[str, Any]:
        """The controls as the browser reads them, and what is selected."""
        link = getattr(self, "link", None)
        controls = {
            name: control.to_widget(getattr(self, name), self)
            for name, control in self._declared.items()
        }
        return controls | {"selection": link.selection if link else -1}

    def snapshot(self) -> Snapshot:
        """What is shown at the current controls, for pictures; nothing changes."""
        outputs = self._outputs()
        set_traits = {
            (id(widget), trait): value
            for widget, traits in self._painted(outputs)
            for trait, value in traits.items()
        }
        return Snapshot(outputs, self._readable(outputs), set_traits)

    def _outputs(self) -> dict[str, Any]:
        return PROGRAMS[self.program](self._program_controls(), self.constants)
