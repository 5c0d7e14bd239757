"""Explorers that move together."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import ipywidgets

from .controls import ControlError, Controlled, NumberControl, declared


class ExplorerLink:
    """Controls of two explorers that follow each other in the browser; see `link_explorers`."""

    def __init__(self, links: Sequence[ipywidgets.Widget]) -> None:
        self._links: tuple[ipywidgets.Widget, ...] = tuple(links)

    @property
    def links(self) -> tuple[ipywidgets.Widget, ...]:
        """The links that follow, none once unlinked."""
        return self._links

    def unlink(self) -> None:
        """Let the explorers move apart again."""
        for link in self._links:
            link.close()
        self._links = ()


def link_explorers(a: Controlled, b: Controlled, *, on: Sequence[str]) -> ExplorerLink:
    """Move two explorers together: a control of one follows the same control of the other.

    Parameters
    ----------
    a, b
        The explorers; at first `b` takes the values of `a`.
    on
        Names of controls that both have, with the same range or the same choices. Between
        explorers of theory, which have no such control, ``'scale'`` means the scale axis: both
        show the same range of it.

    Returns
    -------
    ExplorerLink
        ``.unlink()`` ends it, and so does closing one of the explorers. It needs no kernel.

    Raises
    ------
    ControlError
        A name that one of them does not have, or whose ranges or choices differ; scale axes
        of different quantities.

    Examples
    --------
    >>> from emergence_widgets import MirageExplorer
    >>> a, b = MirageExplorer(length=3), MirageExplorer(n_items=20)
    >>> link = link_explorers(a, b, on=["length", "exponent"])
    >>> b.length
    3
    >>> a.close(), b.close()
    (None, None)
    """
    names = [on] if isinstance(on, str) else list(on)
    axes = "scale" in names and "scale" not in a.controls and "scale" not in b.controls
    if axes:
        names.remove("scale")
        _check_axes(a, b)
    for name in names:
        _check(a, b, name)
    links = _link_axes(a, b) if axes else []
    for name in names:
        control = declared(a)[name]
        setattr(b, name, getattr(a, name))
        sides = [(explorer.controls[name], control.trait) for explorer in (a, b)]
        links.append(ipywidgets.jslink(*sides))
    link = ExplorerLink(links)
    # A link must not outlive what it links: ipywidgets could then export no page at all.
    for explorer in (a, b):
        explorer.shared_links.append(link)
    return link


def _check_axes(a: Controlled, b: Controlled) -> None:
    labels = [next(iter(explorer.panels.values())).x_axis.label for explorer in (a, b)]
    if labels[0] != labels[1]:
        raise ControlError(
            f"'scale' cannot be linked: the axis of {type(a).__name__} is {labels[0]!r}, that of "
            f"{type(b).__name__} {labels[1]!r}"
        )


def _link_axes(a: Controlled, b: Controlled) -> list[ipywidgets.Widget]:
    """Both show the range of sizes that `a` has, with its ticks."""
    first, second = (next(iter(explorer.panels.values())) for explorer in (a, b))
    mine, other = first.scales["x"], second.scales["x"]
    for panel in b.panels.values():
        if panel.scales["x"] is other:
            panel.x_axis.tick_values = first.x_axis.tick_values
            panel.x_axis.tick_labels = first.x_axis.tick_labels
    links: list[ipywidgets.Widget] = []
    for end in ("min", "max"):
        setattr(other, end, getattr(mine, end))
        links.append(ipywidgets.jslink((mine, end), (other, end)))
    return links


def _range(explorer: Controlled, name: str) -> str:
    control = declared(explorer)[name]
    if isinstance(control, NumberControl):
        return control.range_text
    return f"{type(control).__name__}({getattr(explorer.controls[name], 'options', '')})"


def _check(a: Controlled, b: Controlled, name: str) -> None:
    for explorer in (a, b):
        if name not in explorer.controls:
            shared = [one for one in a.controls if one in b.controls]
            near = difflib.get_close_matches(str(name), shared, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise ControlError(
                f"{type(explorer).__name__} has no control {name!r} that could be linked. {hint}"
                f"Both have: {', '.join(shared) or 'none'}."
            )
    ranges = [_range(explorer, name) for explorer in (a, b)]
    if ranges[0] != ranges[1]:
        raise ControlError(
            f"{name!r} cannot be linked: {type(a).__name__} takes {ranges[0]}, "
            f"{type(b).__name__} {ranges[1]}"
        )
