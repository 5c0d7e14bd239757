"""How an explorer leaves the notebook; the work is done by `emergence_widgets.export`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..export.page.html import page, save_page
from ..export.picture.picture import figure, save_figure
from ..export.picture.static_repr import static_html

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Exports:
    """Pages, pictures and the static picture that stands in for a widget."""

    def to_html(self: Any, **options: Any) -> str:
        """One HTML page with this explorer, live without a kernel or a network.

        Parameters
        ----------
        **options
            ``title``, ``description``, ``language`` and ``max_samples``, see
            `emergence_widgets.page`.

        Returns
        -------
        str

        Raises
        ------
        ExportError
            This explorer is closed, or its data are too large for a page.

        Examples
        --------
        >>> from emergence_widgets import MirageExplorer
        >>> e = MirageExplorer()
        >>> e.to_html(title="Mirage").startswith("<!doctype html>")
        True
        >>> e.close()
        """
        return page(self, **options)

    def save_html(
        self: Any, path: str | os.PathLike[str], *, overwrite: bool = True, **options: Any
    ) -> Path:
        """Write one HTML file with this explorer, live without a kernel or a network.

        Parameters
        ----------
        path
            Where; the file is whole or not there.
        overwrite
            Whether a file that is there may be replaced.
        **options
            As for `to_html`.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        ExportError
            As for `to_html`, or the path cannot be written.
        """
        return save_page(self, path, overwrite=overwrite, **options)

    def figure(self: Any, *, columns: int = 2, figures: Sequence[str] | None = None) -> Figure:
        """Draw the figures for a paper, as they are at the current controls.

        Parameters
        ----------
        columns
            Columns of the paper that the picture is as wide as: 1 (3.4 inches) or 2 (7 inches).
        figures
            Names of figures, in the order wanted, and ``'map'`` for the map of an atlas or
            ``'pictures'`` for images; None: all that are shown.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        ExportError
            This explorer is closed, a figure is unknown, or there are other columns.
        ImportError
            No matplotlib.

        Examples
        --------
        >>> from emergence_widgets import MirageExplorer
        >>> e = MirageExplorer()
        >>> [axes.get_label() for axes in e.figure(figures=["loss", "exact_match"]).axes]
        ['loss', 'exact_match']
        >>> e.close()
        """
        return figure(self, columns=columns, figures=figures)

    def save_figure(
        self: Any, path: str | os.PathLike[str], *, overwrite: bool = True, **options: Any
    ) -> Path:
        """Write a picture of the figures, as they are at the current controls.

        Parameters
        ----------
        path
            Ends in ``.svg``, ``.png`` or ``.pdf``; the file is whole or not there.
        overwrite
            Whether a file that is there may be replaced.
        **options
            ``columns`` and ``figures`` as for `figure`; ``dpi`` of a PNG.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        ExportError
            As for `figure`; another suffix, or the path cannot be written.
        ImportError
            No matplotlib.

        Notes
        -----
        The file's metadata hold `state` as JSON, so that the picture can be made again.
        """
        return save_figure(self, path, overwrite=overwrite, **options)

    def _repr_mimebundle_(self: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The live widget, and a picture with its numbers for places without widgets."""
        widget: Any = super()
        bundle = widget._repr_mimebundle_(**kwargs)
        return bundle and {**bundle, "text/html": static_html(self)}
