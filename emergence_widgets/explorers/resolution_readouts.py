"""The numbers under the figures of `ResolutionExplorer`."""

from __future__ import annotations

from ..widgets.readouts import ReadoutStrip, cell, column


def readout_strip() -> ReadoutStrip:
    """Floors, sizes and counts of both tests, and the points as a table."""
    drawn = "{samples_per_item:count} draws: "
    return ReadoutStrip(
        cells=[
            cell(
                "Floor 1/n",
                "{floor:number}",
                detail=drawn + "{floor_drawn:number}",
                help="The smallest rate above 0 that the test can report; below it, for "
                "all answers drawn.",
            ),
            cell(
                "Smallest visible rate",
                "{visible_rate:number}",
                detail=drawn + "{visible_rate_drawn:number}",
                help="Smallest rate of which the test shows a success with 95% chance.",
            ),
            cell(
                "First visible at",
                "{visible_from:scale}",
                detail=drawn + "{visible_from_drawn:scale}",
                help="Size from which a test shows a success with 95% chance; – is beyond "
                "the axis.",
            ),
            cell(
                "Models with a success",
                "{seen:text} of {n_models:count}",
                detail=drawn + "{seen_drawn:count}",
                help="Tested models with any right answer: fewest to most over the test sets.",
            ),
            cell(
                "Needed for the smallest",
                "{answers_needed:count}",
                detail="answers; rate {smallest_rate:number}",
                help="Answers that show one success of the smallest model with 95% chance.",
            ),
            cell(
                "Answers drawn",
                "{answers:count}",
                detail="{n_items:count} items × {samples_per_item:count} draws",
                help="Answers of each model in the blue test.",
            ),
            cell(
                "Any of m right (pass@m)",
                "{largest_solved:number}",
                detail="largest model; smallest {smallest_solved:number}",
                help="Expected share of items with at least one right answer among m: a "
                "different question about the same models, with its jump elsewhere.",
            ),
        ],
        columns=[
            column("Model", "model_scale", "scale"),
            column("Expected exact match", "model_rate", "number"),
            column("First test set", "first_measured", "number"),
            column("m answers an item", "drawn_measured", "number"),
            column("from", "drawn_lower", "number"),
            column("to", "drawn_upper", "number"),
            column("Any of m", "pass_at_k_measured", "number"),
        ],
    )
