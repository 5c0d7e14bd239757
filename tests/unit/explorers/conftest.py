"""Explorers leave no widgets behind, as the toolkit's tests do not."""

from ..widgets.conftest import _closes_its_widgets, wire

__all__ = ["_closes_its_widgets", "wire"]
