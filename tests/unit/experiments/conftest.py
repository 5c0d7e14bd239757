"""What JAX compiled for one run serves the others: compiling is most of a quick run's time."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory):
    name, folder = "JAX_COMPILATION_CACHE_DIR", tmp_path_factory.mktemp("compiled")
    before = os.environ.get(name)
    os.environ[name] = str(folder)
    yield folder
    if before is None:
        del os.environ[name]
    else:
        os.environ[name] = before
