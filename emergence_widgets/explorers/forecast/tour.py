"""The narrated tour of `ForecastExplorer`, on the transformers of `datasets.pronunciation`."""

from __future__ import annotations

FORECAST = [
    {
        "caption": "Ten sizes of a network that pronounces English words. The largest model is "
        "hidden from four methods, which foretell its score; all come within seven points.",
        "controls": {"held_out": 1, "methods": ["sharp", "smooth", "ladder", "last_value"]},
        "figure": "score",
    },
    {
        "caption": "Hide four. The best law of the sharp score itself, fitted below one half, "
        "climbs past what comes; its wide interval knows of other laws.",
        "controls": {"held_out": 4, "methods": ["sharp"]},
        "figure": "score",
    },
    {
        "caption": "A smooth score of the same outputs, mapped back, fares no better here: its law "
        "saw no floor either.",
        "controls": {"methods": ["sharp", "smooth"], "steps": "smooth"},
        "figure": "first_step",
    },
    {
        "caption": "The two-step ladder goes from size to loss, and from loss to score. It is "
        "within a point.",
        "controls": {"methods": ["sharp", "smooth", "ladder"], "steps": "ladder"},
        "figure": "score",
    },
    {
        "caption": "Look at its steps. The loss is foretold too low, the score at a given loss too "
        "low as well; the two errors cancel.",
        "figure": "first_step",
    },
    {
        "caption": "Hide six. Four models are too few to fit a curve and to see whether it fits: "
        "three methods refuse, and the last value remains.",
        "controls": {"held_out": 6, "methods": ["sharp", "smooth", "ladder", "last_value"]},
        "figure": "score",
    },
    {
        "caption": "The error from every cut-off. One family on one task: no ranking of methods.",
        "controls": {"held_out": 4},
        "figure": "errors",
    },
]
