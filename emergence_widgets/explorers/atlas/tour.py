"""The narrated tour of the atlas; it fits every evaluation, so it names no task."""

from __future__ import annotations

from typing import Any

ATLAS: list[dict[str, Any]] = [
    {
        "caption": "A whole evaluation. Every row is a task, every column a metric; the darker a "
        "cell, the more of the rise happens in few steps.",
        "controls": {"sort": "jumps", "jumps_only": False, "limit": "steps", "search": ""},
    },
    {
        "caption": "The bars ask which metrics make the jumps: how many of the tasks jump under "
        "each. Orange metrics count right answers, blue ones give credit for coming closer.",
    },
    {
        "caption": "Beside the map, the chosen task under all its metrics. The models are the "
        "same in every figure.",
        "figure": "figure_1",
    },
    {
        "caption": "Ask less of a jump, only that it be steeper than noise: steady rises over many "
        "models count too, and the map fills. What counts as a jump is a choice.",
        "controls": {"limit": "noise"},
    },
    {
        "caption": "Only the tasks that jump. The bars stay, since they count all tasks.",
        "controls": {"limit": "steps", "jumps_only": True},
    },
    {
        "caption": "A map finds candidates. Whether a jump is real is asked of its curves, one "
        "cell at a time.",
        "controls": {"jumps_only": False},
    },
]
