"""The converse of the mirage: sharp skills behind the same smooth loss, and tasks that jump."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.theory.skills import hardest_skill, skills_learnt, skills_loss, tasks_solved
from .late import Across, Series, late_rise_shown
from .program import Controls, Floats

MOST_NATS = 1e300
"""Keeps the loss of absurd sizes from overflowing."""
TASKS = {"one_skill": 1, "three_skills": 3, "many_skills": 0}
"""Middling tasks by the number of skills that they need; 0: as many as the control says."""


def sharp_skills(
    controls: Controls, scale: Floats, models: Floats, across: Across
) -> dict[str, Any]:
    """Loss, tasks and their average over `scale`, and late rise T of them at `models`.

    The smallest size has learnt one skill. Skill 1 costs as many nats as let the loss approach
    ``floor + (N / c) ** alpha``, that of the other figures, with ``a = -alpha``.
    """
    a, needed = -float(controls["exponent"]), int(controls["skills_needed"])
    size, floor = float(scale[0]), float(controls["floor"])
    with np.errstate(over="ignore"):
        cost = min(a * np.power(float(controls["critical_scale"]) / size, a), MOST_NATS)
    learnt, of_models = skills_learnt(scale, size), skills_learnt(models, size)
    loss = skills_loss(of_models, a, cost=cost, floor=floor)
    shown = {
        "skills_loss": skills_loss(learnt, a, cost=cost, floor=floor),
        "model_skills": of_models,
        "model_skills_loss": loss,
        "tasks_average": tasks_solved(learnt, a, needed),
        "model_tasks_average": tasks_solved(of_models, a, needed),
        **late_rise_shown("skills_loss", Series(models, loss, loss, loss), across, falls=True),
    }
    for name, skills in TASKS.items():
        hardest = hardest_skill(a, skills or needed)
        solved = np.asarray(of_models >= hardest, dtype=float)
        shown |= {f"hardest_{name}": hardest, f"model_{name}": solved}
        shown |= _step(name, hardest, scale)
        if not skills:
            shown |= late_rise_shown(name, Series(models, solved, solved, solved), across)
    return shown


def _step(name: str, hardest: float, scale: Floats) -> dict[str, Any]:
    """The step of a task where its hardest skill is learnt, and that size if it is drawn."""
    with np.errstate(over="ignore"):
        at = hardest * scale[0]
    drawn, top = min(at, scale[-1]), float(at <= scale[-1])
    return {
        f"{name}_size": float(at) if top else np.nan,
        f"{name}_scale": np.array([scale[0], drawn, drawn, scale[-1]]),
        name: np.array([0.0, 0.0, top, top]),
    }
