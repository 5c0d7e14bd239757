"""The images of `ReconstructionExplorer` in pictures: each pixel, each frame."""

import base64
import io
import re

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from PIL import Image

from emergence_widgets import ReconstructionExplorer, datasets
from emergence_widgets.export.picture.image_grid import png
from emergence_widgets.export.picture.static_repr import static_html


@pytest.fixture
def explorer():
    made = ReconstructionExplorer(threshold=0.7)
    yield made
    made.close()


def tiles(sheet: np.ndarray, images: int, columns: int) -> np.ndarray:
    """Ink from 0 to 1, shape (columns, images, side, side)."""
    step = sheet.shape[0] // images
    cut = sheet.reshape(images, step, columns, step).transpose(2, 0, 1, 3)
    assert np.all(cut[..., -1, :] == 255)
    assert np.all(cut[..., -1] == 255)
    return 1 - cut[..., :-1, :-1] / 255


def check_tiles(sheet: np.ndarray, explorer: ReconstructionExplorer) -> None:
    images = explorer.images
    assert images is not None
    cut = tiles(sheet, len(images.labels), 1 + len(images.widths))
    np.testing.assert_allclose(cut[0], np.clip(images.originals, 0, 1), atol=0.51 / 255)
    np.testing.assert_allclose(cut[1:], np.clip(images.reconstructions, 0, 1), atol=0.51 / 255)


@pytest.mark.parametrize("threshold", [0.01, 0.7, 3.0])
def test_the_svg_holds_each_pixel_and_frames_what_passes(threshold, explorer):
    explorer.threshold = threshold
    text = static_html(explorer)
    found = re.search(r'href="data:image/png;base64,([^"]+)"', text)
    assert found is not None
    image = Image.open(io.BytesIO(base64.b64decode(found.group(1))))
    check_tiles(np.asarray(image), explorer)
    framed = text.count('class="passed"')
    assert framed == np.count_nonzero(np.asarray(explorer.images.squared_error) < threshold)


def test_matplotlib_holds_each_pixel_and_frames_what_passes(explorer):
    axes = next(axes for axes in explorer.figure().axes if axes.get_label() == "pictures")
    check_tiles(np.asarray(axes.images[0].get_array()), explorer)
    # Corners in shares of the axes, whose cells are images; originals stand in the first column.
    corners = [
        axes.transAxes.inverted().transform(patch.get_window_extent().corners()[1])
        for patch in axes.patches
        if isinstance(patch, Rectangle)
    ]
    passed = np.asarray(explorer.images.squared_error) < explorer.threshold
    models, images = passed.shape
    cells = np.array(corners) * [models + 1, -images] + [-1, images]
    order = np.lexsort(np.rint(cells).T[::-1])
    np.testing.assert_allclose(cells[order], np.argwhere(passed), atol=1e-6)


def test_pictures_stand_alone_or_are_left_out(explorer):
    labels = [axes.get_label() for axes in explorer.figure(figures=["pictures"]).axes]
    assert labels == ["pictures"]
    assert "data:image" not in static_html_of_errors()


def static_html_of_errors() -> str:
    """Of an explorer that was given no images."""
    explorer = ReconstructionExplorer(datasets.autoencoder())
    text = static_html(explorer)
    explorer.close()
    return text


def test_a_png_reads_back():
    grey = np.random.default_rng(0).integers(0, 256, (5, 9))
    read = Image.open(io.BytesIO(png(grey)))
    assert read.mode == "L"
    np.testing.assert_array_equal(np.asarray(read), grey)
