"""The narrated tours of the explorers."""

from __future__ import annotations

from typing import Any

# fmt: off
MIRAGE = [
    {"figure": "loss",
     "controls": {"length": 1, "n_items": 1000, "largest_model": 1e12, "decision_noise": 1.0},
     "caption": "One loss, falling smoothly with model size; all else is computed from it."},
    {"figure": "exact_match",
     "caption": "Ask for one token: being right rises as smoothly as the loss falls."},
    {"figure": "exact_match", "controls": {"length": 10},
     "caption": "Now ask for ten tokens, all of them right. The models are the same; the score "
                "stays at nothing and then takes off."},
    {"figure": "exact_match", "controls": {"length": 30},
     "caption": "Thirty tokens: the ability of larger and larger models only, it seems."},
    {"figure": "token_edit_distance",
     "caption": "Count the tokens to fix in the very same answers: no jump anywhere."},
    {"figure": "multiple_choice_grade", "controls": {"length": 10, "decision_noise": 0.05},
     "caption": "Multiple choice does it, too. When the likeliest option always wins, the grade "
                "becomes a step."},
    {"figure": "brier_score",
     "caption": "The Brier score of the same odds is still a slope."},
    {"figure": "exact_match", "controls": {"n_items": 20, "decision_noise": 0.3},
     "caption": "Twenty test items: whatever happens less than once in twenty is invisible, and "
                "small models look as if they knew nothing."},
    {"figure": "exact_match", "controls": {"n_items": 200, "largest_model": 1e9},
     "caption": "And if the largest models were never trained, we would call it impossible."},
]

ATLAS = [
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

RESULTS = [
    {"controls": {"threshold": 1.0, "all_of": 1},
     "caption": "Real outputs. Every point is a trained model; click one to read its answers."},
    {"controls": {"threshold": 0.5},
     "caption": "Give credit for answers that are half right: the rise begins with the smallest "
                "models."},
    {"controls": {"threshold": 1.0},
     "caption": "Only whole answers count: the same models, and the rise begins later."},
    {"controls": {"all_of": 5},
     "caption": "Five answers of five must be right: it begins later still, and from nothing."},
    {"controls": {"all_of": 1},
     "caption": "No model changed in between. What changed is what we call an answer."},
]

RECONSTRUCTION = [
    {"figure": "squared_error", "controls": {"threshold": 0.5, "log_error": False},
     "caption": "Autoencoders of growing width rebuild digits. Their error falls all along."},
    {"figure": "reconstructed",
     "caption": "Call an image rebuilt when its error is below one half: an ability appears near "
                "width 20."},
    {"figure": "reconstructed", "controls": {"threshold": 0.1},
     "caption": "Be stricter, and it appears later."},
    {"figure": "reconstructed", "controls": {"threshold": 2.0},
     "caption": "Be generous, and even narrow networks have it."},
    {"figure": "squared_error", "controls": {"threshold": 0.5},
     "caption": "Through all of this the errors stayed where they were."},
]

GROKKING = [
    {"figure": "accuracy", "controls": {"step": 10, "log_step": True},
     "caption": "Step 10. A network begins to learn addition modulo 59; it knows nothing yet."},
    {"figure": "accuracy", "controls": {"step": 100},
     "caption": "Step 100. It knows every training pair by heart, and no other."},
    {"figure": "progress", "controls": {"step": 1000},
     "caption": "Step 1,000. Nothing to see in the test accuracy. Inside, the power at the key "
                "frequencies has grown and the restricted loss has fallen."},
    {"figure": "accuracy", "controls": {"step": 2700},
     "caption": "Step 2,700. Test accuracy jumps: the rule, long in preparation, takes over."},
    {"figure": "accuracy", "controls": {"step": 4000, "log_step": False},
     "caption": "The same jump on a linear axis of steps, as it is often drawn."},
]

HIGH_JUMP = [
    {"figure": "jump", "controls": {"training": 1.0, "bar": 1.8, "spread": 0.1, "attempts": 1},
     "caption": "An athlete after one hour of training. The bar is far above every jump."},
    {"figure": "height", "controls": {"training": 100.0},
     "caption": "Each tenfold of training adds as much height as the one before."},
    {"figure": "jump", "controls": {"training": 1000.0},
     "caption": "A thousand hours: the mean jump is as high as the bar; half of them clear it."},
    {"figure": "cleared", "controls": {"training": 10000.0},
     "caption": "Seen through the bar alone, nothing, nothing, and then everything."},
    {"figure": "pass_rate", "controls": {"training": 1000.0},
     "caption": "In the words of language models: a smooth ability, a threshold, a pass rate that "
                "jumps. The numbers are the same."},
    {"figure": "pass_rate", "controls": {"bar": 1.4},
     "caption": "Lower the bar: the ability seems to emerge much earlier. The athlete did not "
                "change."},
]

MULTI_STEP = [
    {"figure": "step",
     "controls": {"steps": 1, "retries": 0, "errors_allowed": 0, "part_worth": 0.0},
     "caption": "One step of a task: with size, it goes right more and more often."},
    {"figure": "chain", "controls": {"steps": 10},
     "caption": "Ten steps in a row, all needed: the rise begins at larger models."},
    {"figure": "chain", "controls": {"steps": 100},
     "caption": "A hundred: later again. This is no trick of the metric; a proof with one wrong "
                "step is no proof."},
    {"figure": "partial", "controls": {"steps": 30, "part_worth": 0.5},
     "caption": "The share of steps right rises early. Whether that share is worth anything is a "
                "question about the task."},
    {"figure": "chain", "controls": {"part_worth": 0.0, "retries": 3},
     "caption": "Let every step be checked and tried again: the same models do the whole chain."},
]

RESOLUTION = [
    {"figure": "linear",
     "controls": {"n_items": 20, "samples_per_item": 1, "length": 20, "repeats": 3},
     "caption": "Three tests of twenty items each. Most models seem to know nothing."},
    {"figure": "logarithmic",
     "caption": "On a logarithmic axis: below one in twenty the test sees nothing at all, and the "
                "zeros hide a steady rise."},
    {"figure": "logarithmic", "controls": {"samples_per_item": 1000},
     "caption": "Draw a thousand answers to every item: rates of one in ten thousand come into "
                "view."},
    {"figure": "straight",
     "caption": "On this axis the law is a straight line, and the small models lie on it."},
    {"figure": "straight", "controls": {"n_items": 10000, "samples_per_item": 1},
     "caption": "More items do the same as more draws. What looked like an emergence was a test "
                "that was too small."},
]

# On the transformers of `datasets.pronunciation`.
FORECAST = [
    {"figure": "score",
     "controls": {"held_out": 1, "methods": ["sharp", "smooth", "ladder", "last_value"]},
     "caption": "Ten sizes of a network that pronounces English words. The largest model is "
                "hidden from four methods, which forecast its score; all come within seven "
                "points."},
    {"figure": "score", "controls": {"held_out": 4, "methods": ["sharp"]},
     "caption": "Hide four. The best law of the sharp score itself, fitted below one half, climbs "
                "past what comes; its wide interval knows of other laws."},
    {"figure": "first_step", "controls": {"methods": ["sharp", "smooth"], "steps": "smooth"},
     "caption": "A smooth score of the same outputs, mapped back, fares no better here: its law "
                "saw no floor either."},
    {"figure": "score", "controls": {"methods": ["sharp", "smooth", "ladder"], "steps": "ladder"},
     "caption": "The two-step ladder goes from size to loss, and from loss to score. It is within "
                "a point."},
    {"figure": "first_step",
     "caption": "Look at its steps. The forecast of the loss is too low, that of the score at a "
                "given loss too low as well; the two errors cancel."},
    {"figure": "score",
     "controls": {"held_out": 6, "methods": ["sharp", "smooth", "ladder", "last_value"]},
     "caption": "Hide six. Four models are too few to fit a curve and to see whether it fits: "
                "three methods refuse, and the last value remains."},
    {"figure": "errors", "controls": {"held_out": 4},
     "caption": "The error from every cut-off. One family on one task: no ranking of methods."},
]

# fmt: on
TOURS: dict[str, list[dict[str, Any]]] = {
    "EmergenceAtlas": ATLAS,
    "ForecastExplorer": FORECAST,
    "GrokkingExplorer": GROKKING,
    "HighJumpExplorer": HIGH_JUMP,
    "MirageExplorer": MIRAGE,
    "MultiStepExplorer": MULTI_STEP,
    "ReconstructionExplorer": RECONSTRUCTION,
    "ResolutionExplorer": RESOLUTION,
    "ResultsExplorer": RESULTS,
}


def tour_of(explorer: Any) -> list[dict[str, Any]]:
    """The tour of an explorer's class.

    Raises
    ------
    ValueError
        The class has none.
    """
    for kind in type(explorer).__mro__:
        if kind.__name__ in TOURS:
            return TOURS[kind.__name__]
    raise ValueError(
        f"{type(explorer).__name__} has no tour of its own; give steps, such as "
        "e.tour([{'caption': …, 'controls': {…}, 'figure': …}])"
    )
