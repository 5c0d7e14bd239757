"""The JupyterLite site: Python in the browser runs the welcome notebook, the network blocked."""

import functools
import http.server
import subprocess
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START = 240_000


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    subprocess.run(["make", "lite"], cwd=ROOT, check=True)
    handler = functools.partial(Quiet, directory=str(ROOT / "dist" / "lite"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def offline(chromium, site):
    context = chromium.new_context(viewport={"width": 1500, "height": 1600})
    outside = []

    def only_the_site(route):
        if route.request.url.startswith((site, "blob:", "data:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", only_the_site)
    page = context.new_page()
    page.set_default_timeout(START)
    yield page
    context.close()
    assert outside == []


def test_welcome_notebook_runs_in_the_browsers_python(offline, site):
    offline.goto(f"{site}/lab/index.html?path=00_welcome.ipynb")
    offline.locator(".jp-Notebook .jp-Cell").first.wait_for()
    offline.get_by_text("Python (Pyodide) | Idle").wait_for()
    offline.get_by_role("menuitem", name="Run", exact=True).click()
    offline.get_by_text("Run All Cells", exact=True).click()
    offline.wait_for_function("document.querySelectorAll('.ew-explorer').length === 2")
    offline.wait_for_function("document.querySelectorAll('.ew-explorer path.line').length > 4")
    assert offline.locator("[data-mime-type$=stderr]").all_inner_texts() == []
    slider = offline.locator(".ew-explorer").first.locator(".noUi-handle").first
    lines = "[...document.querySelectorAll('.ew-explorer path.line')].map(l => l.getAttribute('d'))"
    before = offline.evaluate(lines)
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    changed = f"before => {lines}.some((line, at) => line !== before[at])"
    offline.wait_for_function(changed, arg=before)
