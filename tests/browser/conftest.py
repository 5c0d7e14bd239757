"""A Jupyter server and a headless Chromium for tests in the real applications."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PATIENCE = 45_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Jupyter:
    """One server; serves JupyterLab at /lab and Notebook 7 at /notebooks."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.token, self.port = folder, secrets.token_hex(8), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
        self.log = (folder / "server.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root",
             f"--port={self.port}", "--ServerApp.port_retries=0",
             f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={folder}",
             "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=",
             "--KernelManager.autorestart=False"],
            env=environment, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        give_up = time.monotonic() + 120
        while time.monotonic() < give_up:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                self.api("api")
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError(f"the server did not start:\n{(self.folder / 'server.log').read_text()}")

    def api(self, path: str, method: str = "GET"):
        request = urllib.request.Request(
            f"{self.url}/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def write(self, name: str, *cells: str) -> str:
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        notebook.metadata["kernelspec"] = {
            "name": "python3", "display_name": "Python 3", "language": "python",
        }  # fmt: skip
        nbformat.write(notebook, self.folder / f"{name}.ipynb")
        return f"{name}.ipynb"

    def kill_kernels(self) -> None:
        """Kill every kernel process, so that nothing can answer; the server may not revive it."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (folder / "cmdline").read_bytes()
                if b"ipykernel" in command and str(self.folder).encode() in command:
                    os.kill(int(folder.name), signal.SIGKILL)

    def shut_down_kernels(self) -> None:
        for kernel in self.api("api/kernels"):
            self.api(f"api/kernels/{kernel['id']}", "DELETE")

    def stop(self) -> None:
        self.shut_down_kernels()
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()


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


class Messages:
    """Comm messages that the page sends to the kernel."""

    def __init__(self, page) -> None:
        self.sent: list[dict] = []
        page.on("websocket", lambda socket: socket.on("framesent", self._take))

    def _take(self, frame) -> None:
        payload = frame if isinstance(frame, bytes) else getattr(frame, "body", frame)
        payload = payload.get("payload") if isinstance(payload, dict) else payload
        raw = payload if isinstance(payload, bytes) else str(payload).encode()
        if b'"comm_msg"' not in raw:
            return
        # v1.kernel.websocket.jupyter.org: offsets, then channel, header, parent, metadata, content.
        count = int.from_bytes(raw[:8], "little")
        offsets = [int.from_bytes(raw[8 * i : 8 * i + 8], "little") for i in range(1, count + 1)]
        parts = [raw[a:b] for a, b in itertools.pairwise(offsets)]
        content = json.loads(parts[4])
        state = content["data"].get("state", {})
        self.sent.append({"comm": content["comm_id"], "keys": sorted(state), "state": state})


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1500, "height": 1200})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.messages = Messages(page)
    yield page
    context.close()


def open_in_lab(page, jupyter, name: str, *, theme: str = "Light") -> None:
    """Open a notebook in JupyterLab and run it, until its explorer is drawn."""
    jupyter.shut_down_kernels()
    # A workspace of its own: JupyterLab would open the notebooks of earlier tests again.
    workspace = name.removesuffix(".ipynb").lower()
    page.goto(f"{jupyter.url}/lab/workspaces/{workspace}/tree/{name}?token={jupyter.token}")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})",
        f"JupyterLab {theme}",
    )
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    page.wait_for_function(
        """() => {
          const panel = window.jupyterapp.shell.currentWidget;
          return panel?.sessionContext?.session?.kernel?.connectionStatus === 'connected';
        }"""
    )
    page.click(".jp-Notebook .jp-Cell")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(".ew-explorer .bqplot path.line[d^='M']", state="attached")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')


def slider(page, label: str):
    """The handle of the slider with this label."""
    row = page.locator(".ew-control", has=page.get_by_text(label, exact=True)).first
    return row.locator(".noUi-handle")


def drawn_line(page, title: str) -> str:
    """Path data of the longest line in the figure with this title."""
    return page.evaluate(
        """title => {
          const panel = [...document.querySelectorAll('.ew-panel')].find(
            (one) => one.querySelector('.ew-title').textContent.trim() === title);
          const paths = [...panel.querySelectorAll('path.line')];
          return paths.map((p) => p.getAttribute('d') || '')
            .reduce((a, b) => (b.length > a.length ? b : a), '');
        }""",
        title,
    )


def wait_for_change(page, title: str, before: str) -> None:
    """Wait until the line in the figure with this title is drawn otherwise."""
    page.wait_for_function(
        """([title, before]) => {
          const panel = [...document.querySelectorAll('.ew-panel')].find(
            (one) => one.querySelector('.ew-title').textContent.trim() === title);
          const paths = [...panel.querySelectorAll('path.line')];
          return paths.map((p) => p.getAttribute('d') || '')
            .reduce((a, b) => (b.length > a.length ? b : a), '') !== before;
        }""",
        arg=[title, before],
    )
