from collections.abc import Sequence
from pathlib import Path

from . import PyodideLockSpec

def add_wheels_to_spec(
    lock_spec: PyodideLockSpec, wheel_files: Sequence[Path], *, base_path: Path
) -> PyodideLockSpec: ...
