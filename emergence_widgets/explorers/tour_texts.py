"""The narrated tours of the explorers."""

from __future__ import annotations

from typing import Any

# By class: the figure to look at (or none), controls that move, and what there is to see.
Step = tuple[str, dict[str, Any], str]
TOURS: dict[str, list[Step]] = {
    "EmergenceAtlas": [
        ("", {"sort": "jumps", "jumps_only": False, "limit": "late", "search": ""},
         "A whole evaluation. Every row is a task, every column a metric. The number is late rise "
         "T: how far the score lags behind steady gains, as a share of its whole rise. The darker, "
         "the later."),
        ("", {},
         "The bars ask which metrics make the late rises: the share of tasks that rise late under "
         "each. Orange metrics count right answers, blue ones give credit for coming closer."),
        ("figure_1", {},
         "Beside the map, the chosen task under all its metrics. The models are the same in every "
         "figure."),
        ("", {"limit": "a little late"},
         "Count a lag of a tenth of the rise as late, too, and the bars grow. What counts as late "
         "is a choice."),
        ("", {"limit": "late", "jumps_only": True},
         "Only the tasks that rise late. The bars stay, since they count all tasks."),
        ("", {"jumps_only": False},
         "A map finds candidates. Whether a jump is real is asked of its curves, one cell at a "
         "time."),
    ],
    # On the transformers of `datasets.pronunciation`.
    "ForecastExplorer": [
        ("score", {"held_out": 1, "methods": ["sharp", "smooth", "ladder", "last_value"]},
         "Ten sizes of a network that pronounces English words. The largest model is hidden from "
         "four methods, which forecast its score; all come within five points."),
        ("score", {"held_out": 4, "methods": ["sharp"]},
         "Hide four. Laws of the sharp score itself, fitted below one half, climb past what "
         "comes; the wide interval knows that there may be a ceiling."),
        ("first_step", {"methods": ["sharp", "smooth"], "steps": "smooth"},
         "A smooth score of the same outputs, mapped back, fares little better here: six models "
         "do not show the floor that is there."),
        ("score", {"methods": ["sharp", "smooth", "ladder"], "steps": "ladder"},
         "The two-step ladder goes from size to loss, and from loss to score. It is within "
         "five points."),
        ("first_step", {},
         "Look at its steps. The forecast of the loss is too low, that of the score at a given "
         "loss too low as well; the two errors nearly cancel."),
        ("score", {"held_out": 6, "methods": ["sharp", "smooth", "ladder", "last_value"]},
         "Hide six. Four models are too few to fit a curve and to see whether it fits: three "
         "methods refuse, and the last value remains."),
        ("errors", {"held_out": 4},
         "The error from every cut-off. One family on one task: no ranking of methods."),
    ],
    "GrokkingExplorer": [
        ("accuracy", {"step": 10, "log_step": True},
         "Step 10. A network begins to learn addition modulo 59; it knows nothing yet."),
        ("accuracy", {"step": 100},
         "Step 100. It knows every training pair by heart, and no other."),
        ("progress", {"step": 1000},
         "Step 1,000. Nothing to see in the test accuracy. Inside, the power at the key "
         "frequencies has grown and the restricted loss has fallen."),
        ("accuracy", {"step": 2200},
         "Step 2,200. Test accuracy jumps: the rule, long in preparation, takes over."),
        ("accuracy", {"step": 4000, "log_step": False},
         "The same jump on a linear axis of steps, as it is often drawn."),
    ],
    "HighJumpExplorer": [
        ("jump", {"training": 1.0, "bar": 1.8, "spread": 0.1, "attempts": 1},
         "An athlete after one hour of training. The bar is far above every jump."),
        ("height", {"training": 100.0},
         "Each tenfold of training adds as much height as the one before."),
        ("jump", {"training": 1000.0},
         "A thousand hours: the mean jump is as high as the bar; half of them clear it."),
        ("cleared", {"training": 10000.0},
         "Seen through the bar alone, nothing, nothing, and then everything."),
        ("pass_rate", {"training": 1000.0},
         "In the words of language models: a smooth ability, a threshold, a pass rate that jumps. "
         "The numbers are the same."),
        ("pass_rate", {"bar": 1.4},
         "Lower the bar: the ability seems to emerge much earlier. The athlete did not change."),
    ],
    "MirageExplorer": [
        ("loss", {"length": 1, "n_items": 1000, "largest_model": 1e12, "decision_noise": 1.0},
         "One loss, falling smoothly with model size; all else is computed from it."),
        ("exact_match", {}, "Ask for one token: being right rises as smoothly as the loss falls."),
        ("exact_match", {"length": 10},
         "Now ask for ten tokens, all of them right. The models are the same; the score stays at "
         "nothing and then takes off."),
        ("exact_match", {"length": 30},
         "Thirty tokens: the ability of larger and larger models only, it seems."),
        ("token_edit_distance", {},
         "Count the tokens to fix in the very same answers: no jump anywhere."),
        ("multiple_choice_grade", {"length": 10, "decision_noise": 0.05},
         "Multiple choice does it, too. When the likeliest option always wins, the grade becomes a "
         "step."),
        ("brier_score", {}, "The Brier score of the same odds is still a slope."),
        ("exact_match", {"n_items": 20, "decision_noise": 0.3},
         "Twenty test items: whatever happens less than once in twenty is invisible, and small "
         "models look as if they knew nothing."),
        ("exact_match", {"n_items": 200, "largest_model": 1e9},
         "And if the largest models were never trained, we would call it impossible."),
        ("skills_loss", {"largest_model": 1e12, "skills_needed": 10},
         "Now the other way round. A model learns skills, each all at once, the most frequent "
         "first (Michaud et al. 2023). Their small steps add up to the same smooth loss."),
        ("skills", {},
         "Yet a task that needs ten of those skills is not solved until the last of them is "
         "learnt, and then it is: a real jump, under a smooth loss. A smooth loss does not prove "
         "that no ability jumps. Only the average of many tasks is smooth again."),
    ],
    "MultiStepExplorer": [
        ("step", {"steps": 1, "retries": 0, "errors_allowed": 0, "part_worth": 0.0},
         "One step of a task: with size, it goes right more and more often."),
        ("chain", {"steps": 10},
         "Ten steps in a row, all needed: the rise begins at larger models."),
        ("chain", {"steps": 100},
         "A hundred: later again. This is no trick of the metric; a proof with one wrong step is "
         "no proof."),
        ("partial", {"steps": 30, "part_worth": 0.5},
         "The share of steps right rises early. Whether that share is worth anything is a question "
         "about the task."),
        ("chain", {"part_worth": 0.0, "retries": 3},
         "Let every step be checked and tried again: the same models do the whole chain."),
    ],
    "ReconstructionExplorer": [
        ("squared_error", {"threshold": 0.5, "log_error": False},
         "Autoencoders of growing width rebuild digits. Their error falls all along."),
        ("reconstructed", {},
         "Call an image rebuilt when its error is below one half: an ability appears near width "
         "20."),
        ("reconstructed", {"threshold": 0.1}, "Be stricter, and it appears later."),
        ("reconstructed", {"threshold": 2.0}, "Be generous, and even narrow networks have it."),
        ("squared_error", {"threshold": 0.5},
         "Through all of this the errors stayed where they were."),
    ],
    "ResolutionExplorer": [
        ("linear", {"n_items": 20, "samples_per_item": 1, "length": 20, "repeats": 3},
         "Three tests of twenty items each. Most models seem to know nothing."),
        ("logarithmic", {},
         "On a logarithmic axis: below one in twenty the test sees nothing at all, and the zeros "
         "hide a steady rise."),
        ("logarithmic", {"samples_per_item": 1000},
         "Draw a thousand answers to every item: rates of one in ten thousand come into view."),
        ("straight", {},
         "On this axis the law is a straight line, and the small models lie on it."),
        ("straight", {"n_items": 10000, "samples_per_item": 1},
         "More items do the same as more draws. What looked like an emergence was a test that was "
         "too small."),
    ],
    "ResultsExplorer": [
        ("", {"threshold": 1.0, "all_of": 1},
         "Real outputs. Every point is a trained model; click one to read its answers."),
        ("", {"threshold": 0.5},
         "Give credit for answers that are half right: the rise begins with the smallest models."),
        ("", {"threshold": 1.0},
         "Only whole answers count: the same models, and the rise begins later."),
        ("", {"all_of": 5},
         "Five answers of five must be right: it begins later still, and from nothing."),
        ("", {"all_of": 1}, "No model changed in between. What changed is what we call an answer."),
    ],
}  # fmt: skip


def tour_of(explorer: Any) -> list[dict[str, Any]]:
    """The tour of an explorer's class; a `ValueError` where it has none."""
    for kind in type(explorer).__mro__:
        if kind.__name__ in TOURS:
            return [
                {"figure": figure, "controls": controls, "caption": caption}
                for figure, controls, caption in TOURS[kind.__name__]
            ]
    raise ValueError(
        f"{type(explorer).__name__} has no tour of its own; give steps, such as "
        "e.tour([{'caption': …, 'controls': {…}, 'figure': …}])"
    )
