"""The readouts of `ResultsExplorer`: one a figure, and all points as a table."""

from __future__ import annotations

from ...programs.results_inputs import SLOTS
from ...widgets.readouts import ReadoutStrip, cell, column


def results_readouts() -> ReadoutStrip:
    """Breakthroughness of each figure's line beside its null, and the points by model."""
    return ReadoutStrip(
        cells=[
            cell(
                f"{{readout_{slot}:text}}",
                f"B = {{breakthroughness_{slot}:number}}",
                detail=f"noise {{null_95_{slot}:number}}, ramp {{ramp_{slot}:number}}",
                help="Breakthroughness B of the line: its rise over its "
                "median step. White noise on as many points stays below the first number "
                "95 times in 100; a straight ramp has the second. Above twice the "
                "ramp, few steps make the rise.",
                verdict={
                    "output": f"breakthroughness_{slot}",
                    "limits": [f"null_95_{slot}", f"uneven_from_{slot}"],
                    "words": ["within noise", "even steps", "few large steps"],
                },
            )
            for slot in range(SLOTS)
        ],
        columns=[
            column("Model", "table_model", "text"),
            column("Family", "table_family", "text"),
            column("{scale_label:text}", "table_scale", "number"),
            *(
                column(f"{{table_label_{slot}:text}}", f"table_score_{slot}", "number")
                for slot in range(SLOTS)
            ),
        ],
    )
