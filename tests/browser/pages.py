"""Opening explorers in the applications, and reading what is drawn."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

PICTURES = Path(__file__).parent / "pictures"
DRAWN = ".ew-explorer .bqplot path.line[d^='M']"

LONGEST_LINE = """title => {
  const panel = [...document.querySelectorAll('.ew-panel')].find(
    (one) => one.querySelector('.ew-title').textContent.trim() === title);
  const paths = [...panel.querySelectorAll('path.line')];
  return paths.map((p) => p.getAttribute('d') || '')
    .reduce((a, b) => (b.length > a.length ? b : a), '');
}"""


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


def open_in_lab(page, jupyter, name: str, *, theme: str = "Light", drawn: str = DRAWN) -> None:
    """Open a notebook in JupyterLab and run it, until its explorer is drawn."""
    jupyter.shut_down_kernels()
    # A workspace of its own: JupyterLab would open the notebooks of earlier tests again.
    workspace = name.removesuffix(".ipynb").lower()
    page.goto(f"{jupyter.url}/lab/workspaces/{workspace}/tree/{name}?token={jupyter.token}")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    change_theme(page, theme)
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    _run_all(page, drawn)


def change_theme(page, theme: str) -> None:
    """JupyterLab's look, ``'Light'`` or ``'Dark'``."""
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})",
        f"JupyterLab {theme}",
    )


def open_in_notebook(page, jupyter, name: str) -> None:
    """Open a notebook in Notebook 7 and run it, until its explorer is drawn."""
    jupyter.shut_down_kernels()
    page.goto(f"{jupyter.url}/notebooks/{name}?token={jupyter.token}")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    _run_all(page, DRAWN)


def open_in_voila(page, jupyter, name: str) -> None:
    """Open a notebook as a Voilà page, until its explorer is drawn."""
    # Voilà runs the notebook before it answers.
    page.goto(f"{jupyter.url}/voila/render/{name}?token={jupyter.token}", timeout=120_000)
    page.wait_for_selector(DRAWN, state="attached")


def _run_all(page, drawn: str) -> None:
    page.wait_for_function(
        """() => {
          const panel = window.jupyterapp.shell.currentWidget;
          return panel?.sessionContext?.session?.kernel?.connectionStatus === 'connected';
        }"""
    )
    page.click(".jp-Notebook .jp-Cell")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(drawn, state="attached")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')


def slider(page, label: str, inside: str = "body"):
    """The handle of the first slider with this label."""
    rows = page.locator(f"{inside} .ew-control", has=page.get_by_text(label, exact=True))
    row = rows.first
    return row.locator(".noUi-handle")


def drawn_line(page, title: str) -> str:
    """Path data of the longest line in the figure with this title."""
    return page.evaluate(LONGEST_LINE, title)


def heights(line: str) -> list[float]:
    """Vertical places of a drawn line; they do not depend on the width of the page."""
    return [float(point.split(",")[1]) for point in line[1:].split("L")]


def wait_for_change(page, title: str, before: str) -> str:
    """Wait until the line in the figure with this title is drawn otherwise; the new line."""
    page.wait_for_function(
        f"([title, before]) => ({LONGEST_LINE})(title) !== before", arg=[title, before]
    )
    return drawn_line(page, title)
