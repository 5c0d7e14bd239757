"""A JupyterLite site with all notebooks: Python runs in the browser, and nothing is fetched.

python tools/lite/build_site.py SITE
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from pyodide_files import fetch_compiled, fetch_interpreter
from pyodide_lock import PackageSpec, PyodideLockSpec
from pyodide_lock.utils import add_wheels_to_spec

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
EXTENSIONS = Path(sys.prefix, "share", "jupyter", "labextensions")
KERNEL = "@jupyterlite/pyodide-kernel-extension"
# Others of the environment ask for another JupyterLab than JupyterLite's.
SHOWN = ("@jupyter-widgets/jupyterlab-manager", KERNEL, "anywidget", "bqplot", "bqscales")
STARTED_WITH = (
    "micropip", "piplite", "sqlite3", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython",
)  # fmt: skip
OF_THE_KERNEL = ("ipykernel-6", "piplite-", "pyodide_kernel-", "widgetsnbextension-4")


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        raise SystemExit(__doc__)
    site = Path(arguments[0]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        lite = Path(scratch, "lite")
        build_python(lite / "static" / "pyodide", Path(scratch))
        copy_notebooks(lite / "files")
        write_settings(lite)
        shutil.rmtree(site, ignore_errors=True)
        build = subprocess.run(
            [sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", ".", "--contents",
             "files", "--output-dir", str(site), "--no-sourcemaps", "--no-unused-shared-packages"],
            cwd=lite, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if build.returncode:
            raise SystemExit(f"{build.stdout}\nThe site was not built: see above.")
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    print(f"{site}: {size / 1e6:.0f} MB; serve it with: python -m http.server -d {site}")


def build_python(folder: Path, scratch: Path) -> None:
    folder.mkdir(parents=True)
    lock = fetch_interpreter(folder, scratch)
    kept = fetch_compiled(folder, lock, scratch, PIP)
    lock["packages"] = {name: lock["packages"][name] for name in kept}
    wheels = Path(scratch, "wheels")
    download(wheels)
    subprocess.run(
        [*PIP, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(ROOT)], check=True
    )
    for wheel in (EXTENSIONS / KERNEL / "static" / "pypi").glob("*.whl"):
        if wheel.name.startswith(OF_THE_KERNEL):
            shutil.copy(wheel, wheels)
    spec = PyodideLockSpec(**lock)
    # pyodide-lock knows the platform by the name that it had before PEP 783.
    platform = f"pyemscripten_{lock['info']['abi_version']}_wasm32"
    files = [
        Path(shutil.copy(wheel, folder / wheel.name.replace(platform, _tag(lock))))
        for wheel in sorted(wheels.iterdir())
    ]
    spec = add_wheels_to_spec(spec, files, base_path=folder)
    spec.packages["sqlite3"] = no_sqlite3(folder)
    spec.to_json(folder / "pyodide-lock.json")


def _tag(lock: dict) -> str:
    return f"{lock['info']['platform']}_wasm32"


def download(wheels: Path) -> None:
    """The wheels of `packages.txt`, for the browser's Python."""
    lines = (HERE / "packages.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if not line.startswith("#")]
    compiled = [line for line in wanted if line.startswith("arro3")]
    pure = [line for line in wanted if line not in compiled]
    fetch = [*PIP, "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"]
    fetch += [str(wheels), "--python-version", "3.13"]
    subprocess.run([*fetch, "--platform", "any", "--abi", "none", *pure], check=True)
    subprocess.run(
        [*fetch, "--platform", "pyemscripten_2025_0_wasm32", "--abi", "cp313", *compiled],
        check=True,
    )


def no_sqlite3(folder: Path) -> PackageSpec:
    """An empty package: the kernel asks for sqlite3, for IPython's history, and runs without."""
    wheel = folder / "sqlite3-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        inside = "sqlite3-0.dist-info/"
        archive.writestr(inside + "METADATA", "Metadata-Version: 2.1\nName: sqlite3\nVersion: 0\n")
        archive.writestr(inside + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(inside + "RECORD", "")
    return PackageSpec(
        name="sqlite3", version="0", file_name=wheel.name, install_dir="site",
        sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(), package_type="package",
        imports=[], depends=[],
    )  # fmt: skip


def copy_notebooks(folder: Path) -> None:
    folder.mkdir(parents=True)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"]["kernelspec"] = {"name": "python", "display_name": "Python (Pyodide)"}
        (folder / path.name).write_text(json.dumps(notebook), encoding="utf-8")


def write_settings(lite: Path) -> None:
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": list(STARTED_WITH)},
    }
    page = {"appName": "emergence_widgets", "litePluginSettings": {f"{KERNEL}:kernel": kernel}}
    build = {
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [str(EXTENSIONS / name) for name in SHOWN],
        "apps": ["lab", "notebooks", "tree"],
    }
    for name, settings in (
        ("jupyter-lite.json", {"jupyter-lite-schema-version": 0, "jupyter-config-data": page}),
        ("jupyter_lite_config.json", {"LiteBuildConfig": build}),
    ):
        (lite / name).write_text(json.dumps(settings), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
