"""What the kernel side says to a browser, and a browser's answers, without either."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import comm
import comm.base_comm
from ipywidgets import Widget
from ipywidgets.widgets import widget as registry
from ipywidgets.widgets.widget import _put_buffers


def alive() -> set[Widget]:
    """Widgets that ipywidgets keeps alive."""
    return set(registry._instances.values())


@dataclass
class Message:
    widget: str
    kind: str
    state: dict[str, Any]
    buffers: list[Any]


@dataclass
class Wire:
    """Messages in their order, and the state that a page would hold after them."""

    messages: list[Message] = field(default_factory=list)
    page: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, comm_id: str, msg_type: str, data: Any, buffers: Any) -> None:
        data, buffers = data or {}, list(buffers or [])
        kind = {"comm_msg": data.get("method", "")}.get(msg_type, msg_type)
        state = dict(data.get("state", {}))
        self.messages.append(Message(comm_id, kind, state, buffers))
        if kind in ("comm_open", "update"):
            whole = _copied(state)
            _put_buffers(whole, data.get("buffer_paths", []), buffers)
            self.page.setdefault(comm_id, {}).update(whole)
        if kind == "comm_close":
            self.page.pop(comm_id, None)

    def since(self, start: int, kind: str = "update") -> list[Message]:
        return [message for message in self.messages[start:] if message.kind == kind]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(part) for part in value]
    return value


def recording(wire: Wire) -> Any:
    """Stands in for `comm.create_comm`."""

    class Recorded(comm.base_comm.BaseComm):
        def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **_keys):
            del metadata
            wire.take(self.comm_id, msg_type, data, buffers)

    return Recorded


def browser_sets(widget: Widget, **state: Any) -> None:
    """As if the page had sent new values of a widget."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget.comm.handle_msg({"content": {"data": data}, "buffers": []})
