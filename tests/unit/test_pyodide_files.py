"""Files of the JupyterLite site come from the release or its copy, and are the lock file's."""

import hashlib
import importlib.util
import zipfile
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "tools" / "lite" / "pyodide_files.py"


@pytest.fixture
def files():
    spec = importlib.util.spec_from_file_location("pyodide_files", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def lock(files):
    return {
        "packages": {
            name: {
                "file_name": f"{name}.whl",
                "sha256": hashlib.sha256(f"{name}.whl".encode()).hexdigest(),
            }
            for name in files.COMPILED
        }
    }


def test_from_the_release(files, lock, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_released", str.encode)
    assert files.fetch_compiled(tmp_path, lock, tmp_path, []) == list(files.COMPILED)
    assert (tmp_path / "numpy.whl").read_bytes() == b"numpy.whl"


def test_from_the_copy_once_the_release_is_out_of_reach(files, lock, tmp_path, monkeypatch):
    asked = []
    with zipfile.ZipFile(tmp_path / "copy.zip", "w") as archive:
        for name in files.COMPILED:
            archive.writestr(f"{files.MIRROR_FOLDER}{name}.whl", f"{name}.whl")
    monkeypatch.setattr(files, "_released", asked.append)
    monkeypatch.setattr(files, "_mirror", lambda *_: zipfile.ZipFile(tmp_path / "copy.zip"))
    files.fetch_compiled(tmp_path, lock, tmp_path, [])
    assert asked == ["numpy.whl"]
    assert all((tmp_path / f"{name}.whl").exists() for name in files.COMPILED)


def test_another_content_is_refused(files, lock, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_released", lambda _: b"not NumPy")
    with pytest.raises(SystemExit, match=r"numpy\.whl: SHA-256 .* the lock file of pyodide@"):
        files.fetch_compiled(tmp_path, lock, tmp_path, [])
    assert not (tmp_path / "numpy.whl").exists()
