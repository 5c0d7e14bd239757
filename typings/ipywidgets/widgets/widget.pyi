from typing import Any

from .. import Widget as Widget

_instances: dict[str, Widget]

def _put_buffers(
    state: dict[str, Any], buffer_paths: list[list[str | int]], buffers: list[Any]
) -> None: ...
def _remove_buffers(
    state: dict[str, Any],
) -> tuple[dict[str, Any], list[list[str | int]], list[Any]]: ...
