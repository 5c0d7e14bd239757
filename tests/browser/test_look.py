"""`tools/look.py` takes four pictures of an exported page."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from ..unit.explorers.bench import with_figures

LOOK = Path(__file__).parents[2] / "tools" / "look.py"


def test_four_pictures_and_nothing_said(tmp_path):
    explorer = with_figures(1)
    page = explorer.save_html(tmp_path / "one.html")
    explorer.close()
    command = [sys.executable, LOOK, page]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    expected = [(scheme, width) for scheme in ("light", "dark") for width in (1400, 360)]
    assert said.split() == [str(tmp_path / f"one-{name}-{width}.png") for name, width in expected]
    for scheme, width in expected:
        picture = Image.open(tmp_path / f"one-{scheme}-{width}.png").convert("L")
        assert 0.8 * width < picture.width <= width
        assert (np.asarray(picture)[1, 1] > 128) == (scheme == "light")
