"""Where the outputs of a program go."""

from __future__ import annotations

from typing import Any


class Targets(dict[str, list[tuple[Any, str]]]):
    """For each output, the widgets and traits that it is put on."""

    def drive(self, output: str, widget: Any, trait: str = "y") -> None:
        """Put `output` on a trait of `widget`."""
        self.setdefault(output, []).append((widget, trait))
