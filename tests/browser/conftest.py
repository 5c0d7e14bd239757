"""One server and one headless Chromium for all browser tests."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright

from emergence_widgets import save_page

from .jupyter_server import Jupyter
from .pages import Messages

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PATIENCE = 45_000


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    server = Jupyter(tmp_path_factory.mktemp("jupyter"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium():
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def hosts(chromium):
    """A context that keeps what JupyterLab, Notebook 7 and Voilà load."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def page(hosts):
    page = hosts.new_page()
    page.set_viewport_size({"width": 1500, "height": 1200})
    page.set_default_timeout(PATIENCE)
    page.messages = Messages(page)
    yield page
    page.close()


@pytest.fixture(scope="session")
def open_offline(chromium):
    """Open a file in a context without a network; its console and refusals are kept."""

    def open_file(path, scheme="light", width=1400, fragment=""):
        context = chromium.new_context(
            offline=True, color_scheme=scheme, viewport={"width": width, "height": 1000}
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.said.append(request.url))
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("html[data-ready]")
        page.wait_for_selector(".bqplot path.line[d^='M']", state="attached")
        page.said = [said for said in page.said if not said.startswith(("file:", "blob:", "data:"))]
        return page

    return open_file


@pytest.fixture
def offline(open_offline):
    """The same, closed after the test."""
    pages = []

    def open_file(*arguments, **how):
        pages.append(open_offline(*arguments, **how))
        return pages[-1]

    yield open_file
    for page in pages:
        page.context.close()


@pytest.fixture
def show(offline, tmp_path):
    """Open explorers on one exported page."""

    def open_page(*explorers):
        path = save_page(list(explorers), tmp_path / "page.html")
        for explorer in explorers:
            explorer.close()
        return offline(path)

    return open_page
