"""The public names of the package with their signatures, as `tests/unit/public_api.txt` lists them.

`python tools/public_api.py > tests/unit/public_api.txt` writes the list anew. Annotations are left
out: types may get better, names, kinds and defaults of parameters stay.
"""

from __future__ import annotations

import inspect
import re
import textwrap
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import traitlets

import emergence_widgets
from emergence_widgets.widgets.controls import Control, controls_of

NAME = "emergence_widgets"
KINDS = {traitlets.Float: "number", traitlets.Bool: "yes or no", traitlets.Unicode: "text"}
# What other modules of the package call on an explorer; no one else does.
INTERNAL = {"shared_links", "snapshot"}
RANGE = ("minimum", "maximum", "step", "whole", "logarithmic", "infinite_at_top", "format")


def lines() -> list[str]:
    """One line a public name, method, property, field or control, sorted."""
    found: dict[str, None] = {}
    returned: dict[str, type] = {}
    for name in emergence_widgets.__all__:
        if name == "__version__":
            continue
        value = getattr(emergence_widgets, name)
        for line in lines_of(name, value):
            found[line] = None
        for function in functions_of(value):
            returned |= classes_returned(function)
    for name, cls in returned.items():
        if name not in emergence_widgets.__all__:
            for line in lines_of(f"returned {name}", cls):
                found[line] = None
    return sorted(found)


def lines_of(name: str, value: Any) -> Iterator[str]:
    """Lines of one public name."""
    if inspect.ismodule(value):
        yield f"{name} module"
        for member in value.__all__:
            yield from lines_of(f"{name}.{member}", getattr(value, member))
    elif inspect.isclass(value):
        maker = value.__new__ if issubclass(value, tuple) else value.__init__
        yield f"{name} class{signature(maker, method=True)}"
        yield from lines_of_members(name, value)
    elif callable(value):
        yield f"{name} function{signature(value)}"
    elif isinstance(value, Mapping):
        yield f"{name} mapping of {', '.join(map(str, value))}"
    else:
        yield f"{name} {type(value).__name__}"


def lines_of_members(name: str, cls: type) -> Iterator[str]:
    """Lines of what our own classes define; what libraries add is theirs."""
    controls = controls_of(cls)
    for base in cls.__mro__:
        if not base.__module__.startswith(NAME):
            continue
        for member, value in vars(base).items():
            if member.startswith("_") or member in INTERNAL:
                continue
            if member in controls:
                yield f"{name}.{member} control {control(controls[member])}"
            elif isinstance(value, property) or type(value).__name__ == "cached_property":
                yield f"{name}.{member} property"
            elif isinstance(value, (classmethod, staticmethod)):
                kind = type(value).__name__
                yield f"{name}.{member} {kind}{signature(getattr(cls, member))}"
            elif inspect.isfunction(value):
                # The outermost definition is the one that is called.
                outer = inspect.getattr_static(cls, member)
                yield f"{name}.{member} method{signature(outer, method=True)}"
        for attribute in re.findall(r"self\.([a-z]\w*)(?:: [^=\n]+)? = ", source_of(base)):
            there = inspect.getattr_static(cls, attribute, None) is not None
            if not there and attribute not in INTERNAL:
                yield f"{name}.{attribute} attribute"
    for field in (*getattr(cls, "__dataclass_fields__", ()), *getattr(cls, "_fields", ())):
        if not field.startswith("_"):
            yield f"{name}.{field} field"


def source_of(cls: type) -> str:
    """What a class statement says; nothing where it was made in another way."""
    try:
        return textwrap.dedent(inspect.getsource(cls))
    except (OSError, TypeError):
        return ""


def signature(function: Any, *, method: bool = False) -> str:
    """Names, kinds and defaults of parameters."""
    # As written: the keywords that explorers name for notebooks are listed as controls.
    named = vars(function).pop("__signature__", None) if inspect.isfunction(function) else None
    given = list(inspect.signature(function).parameters.values())[int(method) :]
    if named:
        function.__signature__ = named
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in given]
    # Classes among the defaults go by their names, wherever they are defined.
    return re.sub(
        r"<(?:class|function) '?(?:\w+\.)*(\w+)[^>]*>", r"\1", str(inspect.Signature(bare))
    )


def control(declared: Control) -> str:
    """Kind, default, words and range of a control."""
    kind = next((word for cls, word in KINDS.items() if isinstance(declared, cls)), "names")
    default = "" if kind == "names" else f" {declared.default_value!r}"
    parts = [repr(declared.label), repr(declared.symbol), repr(declared.unit)]
    parts += [f"{key}={getattr(declared, key)!r}" for key in RANGE if hasattr(declared, key)]
    return f"{kind}{default} ({', '.join(parts)})"


def functions_of(value: Any) -> list[Any]:
    """The function itself, or the public methods and properties of one of our classes."""
    if inspect.ismodule(value):
        return [getattr(value, member) for member in value.__all__]
    if not inspect.isclass(value):
        return [value] if inspect.isfunction(value) else []
    members = [
        item
        for base in value.__mro__
        if base.__module__.startswith(NAME)
        for key, item in vars(base).items()
        if not key.startswith("_") and key not in INTERNAL
    ]
    return [
        item.fget if isinstance(item, property) else getattr(item, "__func__", item)
        for item in members
        if isinstance(item, (property, classmethod, staticmethod)) or inspect.isfunction(item)
    ]


def classes_returned(function: Any) -> dict[str, type]:
    """Classes of ours in the annotation of what a function returns."""
    try:
        hint = typing.get_type_hints(function).get("return")
    except (NameError, TypeError):
        return {}
    parts = [hint, *typing.get_args(hint)]
    return {
        part.__name__: part
        for part in parts
        if inspect.isclass(part) and part.__module__.startswith(NAME)
    }


if __name__ == "__main__":
    print("\n".join(lines()))
