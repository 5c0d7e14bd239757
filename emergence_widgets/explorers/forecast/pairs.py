"""Which tasks `ForecastExplorer` prepares."""

from __future__ import annotations

from collections.abc import Iterable

from ...results.forecast_series import ForecastTable

USUAL = 16
"""Tasks and families that are prepared unasked."""


def chosen_pairs(
    table: ForecastTable, tasks: Iterable[str] | str | None, task: object
) -> list[tuple[str, str]]:
    """Tasks and lines to prepare, in the order of the data.

    Parameters
    ----------
    table
        The scores.
    tasks
        Names that were asked for; None: those that fit, the first ones and those with more
        than a sharp score before the others.
    task
        The task to show first, which is always prepared.
    """
    if tasks is not None:
        return table.pairs(tasks)
    pairs = table.pairs()
    if len(pairs) <= USUAL:
        return pairs
    wanted = [pair for pair in pairs if pair[0] == task]
    wanted += [pair for pair in pairs if table.has_more(*pair)][: USUAL // 2]
    wanted += pairs
    kept = list(dict.fromkeys(wanted))[:USUAL]
    return [pair for pair in pairs if pair in kept]
