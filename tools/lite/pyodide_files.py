"""The files of a Pyodide distribution, each checked against the lock file of the npm package.

The npm package holds the interpreter and the lock file. The compiled packages (NumPy, SciPy,
pandas) are published with Pyodide's releases only: on PyPI, NumPy and SciPy have no build for
Pyodide. The application open-webui carries copies of them in its wheel, which serve where
nothing but package registries can be reached.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import urllib.request
import zipfile
from pathlib import Path

VERSION = "0.28.3"
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
MIRROR = "open-webui==0.9.6"
MIRROR_FOLDER = "open_webui/frontend/pyodide/"
INTERPRETER = (
    "pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip",
)  # fmt: skip
COMPILED = (
    "numpy", "pandas", "scipy", "libopenblas", "python-dateutil", "pytz", "six", "micropip",
)  # fmt: skip
PATIENCE = 20


def fetch_interpreter(folder: Path, scratch: Path) -> dict:
    """Pyodide's interpreter into a folder; returns its lock file."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"pyodide@{VERSION}"],
        cwd=scratch, check=True, capture_output=True, text=True,
    ).stdout.split()[-1]  # fmt: skip
    with tarfile.open(scratch / packed) as package:
        for name in INTERPRETER:
            (folder / name).write_bytes(_member(package, name))
        return json.loads(_member(package, "pyodide-lock.json"))


def _member(package: tarfile.TarFile, name: str) -> bytes:
    file = package.extractfile(f"package/{name}")
    if file is None:
        raise SystemExit(f"pyodide@{VERSION} of npm has no file {name}")
    return file.read()


def fetch_compiled(folder: Path, lock: dict, scratch: Path, pip: list[str]) -> list[str]:
    """The compiled packages into a folder; returns their names in the lock file.

    Raises
    ------
    SystemExit
        A file that no source has, or whose SHA-256 is not the lock file's.
    """
    wanted = {name: lock["packages"][name] for name in COMPILED}
    mirror: zipfile.ZipFile | None = None
    for entry in wanted.values():
        file_name = entry["file_name"]
        content = None if mirror else _released(file_name)
        if content is None:
            mirror = mirror or _mirror(scratch, pip)
            content = mirror.read(MIRROR_FOLDER + file_name)
        found = hashlib.sha256(content).hexdigest()
        if found != entry["sha256"]:
            raise SystemExit(
                f"{file_name}: SHA-256 {found}; the lock file of pyodide@{VERSION} says "
                f"{entry['sha256']}, so the copy is damaged or not Pyodide's; build again"
            )
        (folder / file_name).write_bytes(content)
    return list(wanted)


def _released(file_name: str) -> bytes | None:
    try:
        with urllib.request.urlopen(RELEASE + file_name, timeout=PATIENCE) as answer:
            return answer.read()
    except OSError:
        return None


def _mirror(scratch: Path, pip: list[str]) -> zipfile.ZipFile:
    print(f"Pyodide's release cannot be reached: its packages come from {MIRROR} (150 MB) …")
    subprocess.run(
        [*pip, "download", "--quiet", "--no-deps", "--only-binary", ":all:",
         "--ignore-requires-python", "--dest", str(scratch), MIRROR],
        check=True,
    )  # fmt: skip
    wheel = next(scratch.glob("open_webui-*.whl"))
    return zipfile.ZipFile(io.BytesIO(wheel.read_bytes()))
