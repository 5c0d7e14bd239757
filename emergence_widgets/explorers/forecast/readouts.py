"""Names and colours of the methods, and the readouts of `ForecastExplorer`."""

from __future__ import annotations

from ...widgets import theme
from ...widgets.readouts import ReadoutStrip, cell, column

LABELS = {
    "sharp": "Sharp score itself",
    "smooth": "Smooth score, mapped",
    "ladder": "Two-step ladder",
    "last_value": "Last value",
}
COLOURS = {
    "sharp": theme.SHARP,
    "smooth": theme.GENTLE,
    "ladder": theme.CAUSE,
    "last_value": theme.MIST,
}
HELP = {
    "sharp": "A law fitted to the sharp scores of the visible models.",
    "smooth": "A smooth score of the same outputs, fitted over scale and mapped to the sharp one.",
    "ladder": "Loss fitted over scale, then the score over the loss by a sigmoid.",
    "last_value": "The score of the largest visible model, as if nothing changed.",
}


def forecast_readouts() -> ReadoutStrip:
    """Mean error and coverage of each method, and a table of the models."""
    return ReadoutStrip(
        cells=[
            cell(
                label,
                f"{{points_off_{method}:number}}{{unit_{method}:text}}",
                detail=f"{{detail_{method}:text}}",
                help=f"{HELP[method]} Mean absolute error over the hidden models, in percentage "
                "points of the score; and how many of their runs lie in the 95% interval.",
            )
            for method, label in LABELS.items()
        ],
        columns=[
            column("Model", "table_model", "text"),
            column("Seen", "table_state", "text"),
            column("{scale_label:text}", "table_scale", "number"),
            column("Score", "table_score", "number"),
            *(
                column(f"{LABELS[method]}{name}", f"table_{method}_{part}", "number")
                for method in LABELS
                for part, name in (
                    ("value", ""),
                    ("lower", ", from"),
                    ("upper", ", to"),
                    ("log_score", ", log score"),
                )
            ),
        ],
    )
