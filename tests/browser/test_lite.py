"""The JupyterLite site: Python in the browser runs the welcome notebook, the network blocked."""

import functools
import http.server
import subprocess
import threading
from pathlib import Path

import pytest

from .pages import DRAWN, drawn_line, slider, wait_for_change

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]
START = 240_000
"""Milliseconds that Pyodide and its packages may take on a loaded machine."""
ALL_DRAWN = f"""() => {{
  const explorers = [...document.querySelectorAll('.ew-explorer')];
  return explorers.length === 2 && explorers.every((one) => one.querySelector("{DRAWN}"));
}}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def site():
    built = subprocess.run(["make", "lite"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    handler = functools.partial(Quiet, directory=str(ROOT / "dist" / "lite"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def offline(chromium, site):
    context = chromium.new_context(viewport={"width": 1500, "height": 1600})
    page = context.new_page()
    page.set_default_timeout(START)
    page.outside = []

    def only_the_site(route):
        if route.request.url.startswith((site, "blob:", "data:")):
            route.continue_()
        else:
            page.outside.append(route.request.url)
            route.abort()

    context.route("**/*", only_the_site)
    yield page
    context.close()


def test_welcome_notebook_runs_in_the_browsers_python(offline, site):
    offline.goto(f"{site}/lab/index.html?path=00_welcome.ipynb")
    offline.locator(".jp-Notebook .jp-Cell").first.wait_for()
    offline.get_by_text("Python (Pyodide) | Idle").wait_for()
    offline.get_by_role("menuitem", name="Run", exact=True).click()
    offline.get_by_text("Run All Cells", exact=True).click()
    offline.wait_for_function(ALL_DRAWN)
    assert offline.locator(".jp-OutputArea-output[data-mime-type$=stderr]").count() == 0
    before = drawn_line(offline, "Whole answers right")
    slider(offline, "Answer length L").press("ArrowRight")
    wait_for_change(offline, "Whole answers right", before)
    # Parquet, rescoring and the linked answers, without pyarrow and rapidfuzz.
    before = drawn_line(offline, "Answers good enough")
    # No word is so long that one wrong sound in it is a fiftieth.
    for _ in range(20):
        slider(offline, "Good from c").press("ArrowLeft")
    wait_for_change(offline, "Answers good enough", before)
    assert offline.outside == []
