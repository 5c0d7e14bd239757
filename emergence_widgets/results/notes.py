"""What reading took: every row that was skipped, repaired or assumed, in words and counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

KINDS = ("skipped", "repaired", "assumed", "warning")


@dataclass(frozen=True)
class Note:
    """Something that a reader skipped, repaired or assumed.

    Attributes
    ----------
    kind
        ``'skipped'``, ``'repaired'``, ``'assumed'`` or ``'warning'``.
    message
        What, and why.
    count
        How many rows, cells, models or files it concerns.
    where
        File, table or column.
    """

    kind: str
    message: str
    count: int = 1
    where: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}; expected one of {', '.join(KINDS)}")

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{self.kind} ({self.count:,}): {place}{self.message}"


def merge_notes(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Notes that say the same of several places as one note, with their counts added."""
    same: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        same.setdefault((note.kind, note.message), []).append(note)
    return tuple(
        Note(*said, sum(one.count for one in of), listed((one.where for one in of if one.where), 3))
        for said, of in same.items()
    )


def listed(names: Iterable[object], most: int = 6) -> str:
    """The first names, and how many there are where some are left out."""
    texts = list(dict.fromkeys(str(name) for name in names))
    more = f", … ({len(texts):,} in all)" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
