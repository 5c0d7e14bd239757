"""Widgets in a notebook: those of an earlier run of a cell go, and so do bars of progress.

ipywidgets keeps every widget alive until it is closed. An explorer made by an earlier run
of a cell, to which no name of the notebook refers any longer, cannot be reached, so it is
closed after the cell has run again.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator, Mapping
from typing import Any, cast

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle, display  # pyright: ignore[reportUnknownVariableType]

PATIENCE_SECONDS = 1.5

_made_in: dict[str, weakref.WeakSet[Any]] = {}


def _cell_of(shell: Any) -> str | None:
    parent: Any = getattr(shell, "parent_header", None) or {}
    get_parent = getattr(shell, "get_parent", None)
    if get_parent is not None:
        parent = get_parent() or parent
    metadata: dict[str, Any] = parent.get("metadata") or {}
    cell = metadata.get("cellId")
    return cell if isinstance(cell, str) else None


def _holds(value: Any, explorer: Any) -> bool:
    """Whether `value` is the explorer, or a container or layout that holds it."""
    if isinstance(value, ipywidgets.Box) and value is not explorer:
        return any(_holds(child, explorer) for child in value.children)
    if isinstance(value, (dict, list, tuple, set)):
        return any(part is explorer for part in _parts(value))
    return value is explorer


def _parts(value: Any) -> list[Any]:
    return list(cast("Any", value).values() if isinstance(value, Mapping) else value)


def _reachable(shell: Any, explorer: Any) -> bool:
    history = {"_", "__", "___", "Out", "_oh"}
    return any(
        _holds(value, explorer)
        for name, value in shell.user_ns.items()
        if name not in history and not (name.startswith("_") and name[1:].isdigit())
    )


def track(explorer: Any) -> None:
    """Remember in which cell `explorer` was made, and close what that cell left behind."""
    shell: Any = get_ipython()
    cell = _cell_of(shell) if shell is not None else None
    if shell is None or cell is None:
        return
    earlier = list(_made_in.get(cell, ()))
    _made_in.setdefault(cell, weakref.WeakSet()).add(explorer)
    run = getattr(shell, "execution_count", 0)
    explorer._made_in_run = run
    stale = [weakref.ref(old) for old in earlier if getattr(old, "_made_in_run", run) != run]
    if not stale:
        return

    def close_unreachable(*_: Any) -> None:
        shell.events.unregister("post_run_cell", close_unreachable)
        for reference in stale:
            old = reference()
            if old is not None and not _reachable(shell, old):
                _made_in[cell].discard(old)
                old.close()

    shell.events.register("post_run_cell", close_unreachable)


def descendants(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """Widgets that `widget` holds in its synchronised traits, at any depth, each once."""
    seen = {id(widget)}
    waiting: list[Any] = [getattr(widget, name) for name in widget.keys]
    while waiting:
        value: Any = waiting.pop()
        if isinstance(value, ipywidgets.Widget):
            if id(value) not in seen:
                seen.add(id(value))
                yield value
                waiting += [getattr(value, name) for name in value.keys]
        elif isinstance(value, (Mapping, list, tuple)):
            waiting += _parts(value)


class Progress:
    """A bar in the notebook once work has taken a while; it goes away at the end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._started = time.monotonic()
        self._bar: ipywidgets.IntProgress | None = None
        self._shown: DisplayHandle | None = None

    def __enter__(self) -> Progress:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Tell how many parts are done."""
        late = time.monotonic() - self._started > PATIENCE_SECONDS
        if self._bar is None and late and get_ipython() is not None:
            self._bar = ipywidgets.IntProgress(max=total, layout=ipywidgets.Layout(width="100%"))
            self._shown = display(self._bar, display_id=True)
        if self._bar is not None:
            self._bar.value = done
            self._bar.description = f"{self._what} {done:,} of {total:,}"
            self._bar.style.description_width = "initial"

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.close()
        if self._shown is not None:
            # Voilà and saved notebooks would show an error in the place of a bar that is gone.
            shown: Any = self._shown
            shown.update({"text/plain": ""}, raw=True)
