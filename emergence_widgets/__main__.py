"""`python -m emergence_widgets` is the command `emergence-widgets`."""

from __future__ import annotations

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
