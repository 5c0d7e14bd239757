"""A progress bar for what takes longer than one would wait without a word."""

from __future__ import annotations

import time
from types import TracebackType

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle, display

PATIENCE_SECONDS = 1.5


class Progress:
    """Shows a bar in the notebook once the work has taken a while, and takes it away at its end.

    Parameters
    ----------
    what
        What is being done.

    Examples
    --------
    >>> with Progress("Judging") as progress:
    ...     progress(1, 2)
    """

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

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()
        if self._shown is not None:
            # Voilà and saved notebooks would show an error in the place of a bar that is gone.
            self._shown.update({"text/plain": ""}, raw=True)
