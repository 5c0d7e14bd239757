"""Types that users see, made from what the package declares.

`python tools/control_types.py` writes `emergence_widgets/explorers/control_types.py`, the keyword
arguments of every explorer, from its controls, and `emergence_widgets/__init__.pyi` from the table
of public names.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGE = Path(__file__).parents[1] / "emergence_widgets"
CONTROLS = PACKAGE / "explorers" / "control_types.py"
STUB = PACKAGE / "__init__.pyi"
HEAD = '''"""Keyword arguments of the explorers; made by `tools/control_types.py`, not by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias, TypedDict

import ipywidgets
import numpy as np

Number: TypeAlias = float | np.number[Any]
Names: TypeAlias = str | Iterable[str]


class WidgetOptions(TypedDict, total=False):
    """What every widget takes."""

    layout: ipywidgets.Layout | dict[str, Any]
'''


class NotYetWritten(ModuleType):
    """Stands in for `control_types` while explorers are read that it does not know yet."""

    def __getattr__(self, name: str) -> Any:
        """Any class of keywords."""
        return dict[str, Any]


def control_types() -> str:
    """Text of `control_types.py`."""
    import emergence_widgets
    from emergence_widgets.explorers.base import Explorer

    public = [getattr(emergence_widgets, name) for name in emergence_widgets._HOMES]
    classes = [value for value in public if inspect.isclass(value)]
    parts = ["\n".join(lines_of(cls)) for cls in classes if issubclass(cls, Explorer)]
    return "\n\n".join([HEAD, *parts])


def lines_of(explorer: type) -> Iterator[str]:
    """One class of keywords."""
    from emergence_widgets.widgets.controls import (
        NamesControl,
        NumberControl,
        ToggleControl,
        controls_of,
    )

    types = {NumberControl: "Number", ToggleControl: "bool | np.bool_", NamesControl: "Names"}
    yield f"class {name_of(explorer)}(WidgetOptions, total=False):"
    yield f'    """Controls of `{explorer.__name__}`."""'
    yield ""
    for name, control in controls_of(explorer).items():
        kind = next((word for cls, word in types.items() if isinstance(control, cls)), "str")
        yield f"    {name}: {kind}"
        label = control.description or name.capitalize()
        if kind == "Number":
            kind_of, _, label = control.range_text.partition(" from ")
            label = f"Whole, {label}" if "whole" in kind_of else label
        words = f"{label}. {control.help}".strip()
        lines = textwrap.wrap(words, 90) if words != f"{name.capitalize()}." else []
        if lines:
            yield f'    """{lines[0]}' + ('"""' if len(lines) == 1 else "")
        yield from (f"    {line}" for line in lines[1:-1])
        if len(lines) > 1:
            yield f'    {lines[-1]}"""'
    yield ""


def name_of(explorer: type) -> str:
    """Name of an explorer's class of keywords."""
    return explorer.__name__.removesuffix("Explorer") + "Controls"


def stub() -> str:
    """Text of `__init__.pyi`."""
    import emergence_widgets

    homes: dict[str, list[str]] = {}
    for name, home in emergence_widgets._HOMES.items():
        homes.setdefault("" if home == name else home, []).append(name)
    lines = [
        f"from .{home} import {', '.join(sorted(names))}" for home, names in sorted(homes.items())
    ]
    return "\n".join(
        [
            "# Public names with their types; made by `tools/control_types.py`, not by hand.",
            "",
            *(line if len(line) <= 100 else in_brackets(line) for line in lines),
            "",
            "__version__: str",
            "_HOMES: dict[str, str]",
            "",
            "__all__ = [",
            *(f'    "{name}",' for name in emergence_widgets.__all__),
            "]",
            "",
        ]
    )


def in_brackets(line: str) -> str:
    """A long import, one name a line."""
    start, _, names = line.partition(" import ")
    return "\n".join([f"{start} import (", *(f"    {name}," for name in names.split(", ")), ")"])


def main() -> None:
    """Write both files."""
    name = "emergence_widgets.explorers.control_types"
    sys.modules[name] = NotYetWritten(name)
    CONTROLS.write_text(control_types(), encoding="utf-8")
    STUB.write_text(stub(), encoding="utf-8")


if __name__ == "__main__":
    main()
