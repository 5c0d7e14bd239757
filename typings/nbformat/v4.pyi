from typing import Any

from . import NotebookNode

def new_code_cell(source: str = ..., **options: Any) -> NotebookNode: ...
