"""Pictures of an exported page: in light and dark, on a wide screen and on a telephone.

`python tools/look.py pendulum.html` writes ``pendulum-light-1400.png`` and three more beside the
page, and prints what the page said on its console. It needs Chromium (`make chromium`).
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = (1400, 360)
DRAWN = ".bqplot path.line[d^='M']"


def look(page: Path) -> tuple[list[Path], list[str]]:
    """Take the pictures; their paths, and the console's messages."""
    taken: list[Path] = []
    said: list[str] = []
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for width in WIDTHS:
                # All figures in sight, because bqplot draws only those anew.
                view = browser.new_page(
                    viewport={"width": width, "height": 3000}, color_scheme=scheme
                )
                view.on("console", lambda message: said.append(message.text))
                view.on("pageerror", lambda error: said.append(str(error)))
                view.goto(page.resolve().as_uri())
                view.wait_for_selector("html[data-ready]")
                view.wait_for_selector(DRAWN, state="attached")
                view.wait_for_timeout(500)
                taken.append(page.with_name(f"{page.stem}-{scheme}-{width}.png"))
                view.locator("main").screenshot(path=taken[-1])
                view.close()
        browser.close()
    return taken, sorted(set(said))


if __name__ == "__main__":
    for one in sys.argv[1:]:
        pictures, messages = look(Path(one))
        print(*pictures, *messages, sep="\n")
