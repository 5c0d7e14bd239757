"""The numbers under `MultiStepExplorer`."""

from __future__ import annotations

from ..widgets.readouts import ReadoutStrip, cell, column


def readout_strip(scale_label: str) -> ReadoutStrip:
    """What a chain asks of its steps, and a table of that against the number of steps."""
    return ReadoutStrip(
        cells=[
            cell(
                "A step must be right in",
                "{needed:percent}",
                detail="for half of the chains",
                help="Success of one try with which half of the chains of k equal steps are "
                "right: 2^(−1/k) without retries and errors.",
            ),
            cell(
                "Half of the chains from",
                "{half_scale:scale}",
                detail=scale_label.lower(),
                help="Size at which half of the chains are right.",
            ),
            cell(
                "Steps right there",
                "{share_at_half:percent}",
                detail="of single tries {once_at_half:percent}",
                help="Partial credit at that size: long before, most steps are right.",
            ),
            cell(
                "From 10% to 90%",
                "{width:number}",
                detail="decades; 1 step {one_step_width:number}, "
                "100 steps {hundred_steps_width:number}",
                help="With the loss law and no help the number of steps drops out: the rise "
                "moves to larger sizes, its length stays. With a logistic step it shrinks.",
            ),
        ],
        columns=[
            column("Steps", "table_steps", "count"),
            column("A step must be right in", "table_needed", "percent"),
            column("Half of the chains from", "table_half_scale", "scale"),
            column("Decades from 10% to 90%", "table_width", "number"),
        ],
    )
