"""Sizes of public models, so that evaluation files need no extra table."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from .schema import parse_magnitude

SIZE_IN_NAME = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)([kmbt])(\d)?(?![a-z0-9])")


@cache
def catalogue() -> pd.DataFrame:
    """The catalogue: ``name, family, params, tokens, tokens_per_step, source``, by model."""
    with (files("emergence_widgets.results") / "catalogue.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


@cache
def _by_name() -> dict[str, dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        dict(zip(catalogue().columns, row, strict=True))
        for row in catalogue().itertuples(index=False)
    ]
    return {row["name"].lower(): row for row in rows}


def describe_model(model: str) -> tuple[dict[str, Any], str]:
    """Scale of a model from the catalogue, else from a size in its name.

    Parameters
    ----------
    model
        Name, such as ``EleutherAI/pythia-1.4b``; only its last part counts, in any case.

    Returns
    -------
    facts : dict
        Of ``params, tokens, tokens_per_step, family`` what is known; empty if nothing is.
    origin : str
        Where it comes from, in words.

    Examples
    --------
    >>> describe_model("EleutherAI/pythia-1.4b")[0]["family"]
    'Pythia'
    >>> describe_model("my-model-70m")
    ({'params': 70000000.0}, '70m in its name')
    """
    name = model.rstrip("/").rsplit("/", 1)[-1].lower()
    row = _by_name().get(name)
    if row is not None:
        wanted = ("params", "tokens_per_step", "family")
        facts = {key: row[key] for key in wanted if row[key] == row[key]}
        if row["tokens"] == row["tokens"] and "tokens_per_step" not in facts:
            facts["tokens"] = row["tokens"]
        return facts, str(row["source"])
    found = SIZE_IN_NAME.search(name.replace("_", "-"))
    if found is None:
        return {}, ""
    whole, unit, fraction = found.groups()
    size = f"{whole}.{fraction}{unit}" if fraction else f"{whole}{unit}"
    return {"params": parse_magnitude(size)}, f"{found[0]} in its name"
