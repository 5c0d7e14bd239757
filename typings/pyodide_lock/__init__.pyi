# What the tools use of pyodide-lock, which is installed where the site is built only.
from os import PathLike
from typing import Any

class PackageSpec:
    def __init__(self, **fields: Any) -> None: ...

class PyodideLockSpec:
    packages: dict[str, PackageSpec]
    def __init__(self, **fields: Any) -> None: ...
    def to_json(self, path: PathLike[str]) -> None: ...
