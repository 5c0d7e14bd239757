# What this package uses of ipywidgets, which carries no types of its own.
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from traitlets import HasTraits

from . import widgets as widgets

widget_serialization: dict[str, Any]

class Widget(HasTraits):
    comm: Any
    keys: list[str]
    model_id: str
    _model_module: str
    _model_module_version: str
    _model_name: str
    _view_name: str
    def __init__(self, **traits: Any) -> None: ...
    def close(self) -> None: ...
    def hold_sync(self) -> AbstractContextManager[None]: ...
    def get_state(
        self, key: str | Iterable[str] | None = None, drop_defaults: bool = False
    ) -> dict[str, Any]: ...
    def set_state(self, sync_data: dict[str, Any]) -> None: ...
    @staticmethod
    def get_manager_state(drop_defaults: bool = False, widgets: Any = None) -> dict[str, Any]: ...
    def _repr_keys(self) -> Iterable[str]: ...
    @staticmethod
    def _compare(a: Any, b: Any) -> bool: ...

class Layout(Widget): ...

class DOMWidget(Widget):
    _dom_classes: Sequence[str]
    layout: Any
    tooltip: str | None
    def add_class(self, name: str) -> DOMWidget: ...
    def remove_class(self, name: str) -> DOMWidget: ...
    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | None: ...

class Label(DOMWidget):
    value: str
    style: Any
    def __init__(self, value: str = ..., **traits: Any) -> None: ...

class HTML(Label): ...

class Box(DOMWidget):
    children: Sequence[Widget]
    def __init__(self, children: Iterable[Any] = (), **traits: Any) -> None: ...

class VBox(Box): ...
class HBox(Box): ...

class _Input(DOMWidget):
    disabled: bool
    description: str
    value: Any

class Text(_Input): ...
class Checkbox(_Input): ...

class _Slider(_Input):
    continuous_update: bool
    max: float
    min: float

class IntSlider(_Slider): ...
class FloatSlider(_Slider): ...

class FloatLogSlider(_Slider):
    base: float

class IntProgress(_Input):
    style: Any
    value: int

class Dropdown(_Input):
    index: int
    label: str
    options: Sequence[str]

class Link(Widget):
    unlink: ClassVar[Callable[..., None]]

def jslink(attr1: tuple[Any, str], attr2: tuple[Any, str]) -> Link: ...
