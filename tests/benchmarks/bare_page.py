"""A page with widgets, the standard HTML manager and no kernel, its libraries read from disk."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

ORIGIN = "http://bare.page"
PACKAGES = {
    "@jupyter-widgets/html-manager": ("1.0.15", "package/dist/embed-amd.js"),
    "requirejs": ("2.3.8", "package/require.js"),
}
NBEXTENSIONS = Path(sys.prefix) / "share" / "jupyter" / "nbextensions"

EXPORT = """
import ipywidgets.embed
# ipywidgets does not look for widgets inside the lists of a dict, as the link's sources are.
state = ipywidgets.embed.dependency_state([box, link, *still.values()], drop_defaults=False)
ipywidgets.embed.embed_minimal_html("bare.html", views=[box], state=state,
    embed_url="/html-manager.js", cors=False, drop_defaults=False)
"""


def fetch_libraries(folder: Path) -> dict[str, Path]:
    """The HTML manager and requirejs, from the npm registry, in pinned versions."""
    libraries = {}
    for package, (version, member) in PACKAGES.items():
        name = package.rsplit("/", 1)[-1]
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{package}@{version}"],
            cwd=folder, check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        with tarfile.open(folder / packed) as archive:
            file = archive.extractfile(member)
            assert file is not None
            libraries[f"/{name}.js"] = folder / f"{name}.js"
            libraries[f"/{name}.js"].write_bytes(file.read())
    return libraries


def open_bare_page(page, html: Path, folder: Path) -> None:
    """Open an exported page; what it asks for comes from disk, anything else is refused."""
    files = fetch_libraries(folder)
    # The exported page names requirejs at a CDN; here everything comes from disk.
    named = re.compile(r'<script src="https://[^"]*/require.min.js"[^>]*>')
    text = named.sub('<script src="/requirejs.js">', html.read_text(encoding="utf-8"))

    def answer(route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0]
        module = next((name for name in ("bqplot", "bqscales", "anywidget") if name in path), None)
        if path == "/":
            route.fulfill(body=text, content_type="text/html")
        elif path in files:
            route.fulfill(path=files[path], content_type="text/javascript")
        elif module is not None:
            route.fulfill(path=NBEXTENSIONS / module / "index.js", content_type="text/javascript")
        else:
            route.abort("blockedbyclient")

    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/")
