"""What JAX compiled for one run serves the others: compiling is most of a quick run's time."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path_factory.mktemp("compiled")))
        # Nothing is too quick to be kept.
        patch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
        yield
