"""The readouts of the atlas: the chosen cell, and where the jumps are."""

from __future__ import annotations

from ...widgets.readouts import ReadoutStrip, cell, column


def atlas_readouts(slots: int) -> ReadoutStrip:
    """Numbers of the chosen cell, the share of jumps under sharp metrics, and its points."""
    return ReadoutStrip(
        cells=[
            cell(
                "{cell_metric:text}, {cell_family:text}",
                "B = {cell_breakthroughness:number}",
                detail="{cell_ratio:number} times its limit of {cell_limit:number}",
                help="Breakthroughness B: the rise over the median step, of means over seeds.",
            ),
            cell(
                "Noise on as many points",
                "|B| < {cell_null_95:number}",
                detail="95 times in 100; half the time < {cell_null_50:number}",
                help="White noise, simulated; it does not know of the size of the test.",
            ),
            cell(
                "Linearity",
                "{cell_linearity:number}",
                detail="a ramp has {cell_even:number}",
                help="The rise over the root of the mean squared step. A straight ramp has the "
                "number below for linearity and for B; a jump has less linearity and more B.",
            ),
            cell(
                "Measured on",
                "{cell_scales:count} points",
                detail="items a model: {cell_items:count}",
                help="Points are means over seeds. A step below half an item counts as half one.",
            ),
            cell("Verdict", "{cell_verdict:text}", detail="{cell_meaning:text}"),
            cell(
                "Jumps under right-or-wrong metrics",
                "{jumps_sharp_share:percent}",
                detail="{jumps_sharp:count} of {jumps:count} jumps on the map",
                help="Of all cells that jump under the metrics and tasks shown. Found by rule, "
                "not annotated by hand.",
            ),
        ],
        columns=[
            column("Model", "table_model", "text"),
            column("Family", "table_family", "text"),
            column("{scale_label:text}", "table_scale", "number"),
            *(
                column(f"{{table_label_{slot}:text}}", f"table_score_{slot}", "number")
                for slot in range(slots)
            ),
        ],
    )
