"""The built front end, read once as text.

As text, not as a path: given a path, anywidget watches the file and keeps every instance
alive through the watcher (anywidget issue 929).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def front_end(name: str) -> str:
    """Text of one file of ``emergence_widgets/static``.

    Raises
    ------
    FileNotFoundError
        The package was installed without its front end.
    """
    path = files("emergence_widgets") / "static" / name
    if not path.is_file():
        raise FileNotFoundError(
            f"{name} is missing from the installed package. Install a released wheel, or run "
            "`pip install -e .` in a checkout, which builds the front end."
        )
    return path.read_text(encoding="utf-8")
