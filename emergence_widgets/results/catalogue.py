"""Sizes of public models, so that evaluation files need no extra table."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from .schema import parse_magnitude

# Thousands are left out: "4k" and "128k" in names are context lengths.
SIZE_IN_NAME = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)([mbt])(\d)?(?![a-z0-9])")
RELEASE = re.compile(r"-v\d+(?:\.\d+)?")


@cache
def catalogue() -> pd.DataFrame:
    """The catalogue of public models."""
    with (files("emergence_widgets.results") / "catalogue.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


@cache
def _by_name() -> dict[str, dict[str, Any]]:
    table = catalogue().astype(object).where(catalogue().notna(), None)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]
    return {row["name"].lower(): row for row in rows}


def describe_model(model: str) -> dict[str, Any]:
    """Scale of a model from the catalogue, else from a size in its name."""
    name = model.rstrip("/").rsplit("/", 1)[-1].lower()
    row = _by_name().get(name)
    if row is None and name.startswith("pythia-"):
        row = _by_name().get(RELEASE.sub("", name))
    if row is not None:
        wanted = ("family", "params", "params_kind", "tokens", "tokens_per_step")
        return {key: row[key] for key in wanted if row[key] is not None}
    found = SIZE_IN_NAME.search(_with_points(name))
    if found is None:
        return {}
    whole, unit, fraction = found.groups()
    size = f"{whole}.{fraction}{unit}" if fraction else f"{whole}{unit}"
    return {"params": parse_magnitude(size), "params_kind": "nominal"}


def _with_points(name: str) -> str:
    """``stablelm-2-1_6b`` writes its decimal point as ``_``; ``llama_2_7b`` has no other dash."""
    if "-" in name:
        name = re.sub(r"(?<=\d)_(?=\d)", ".", name)
    return name.replace("_", "-")


def family_of(model: str) -> str:
    """A model's name without its size: what siblings of other sizes share."""
    name = _with_points(model.rstrip("/").rsplit("/", 1)[-1])
    found = SIZE_IN_NAME.search(name.lower())
    if found is None:
        return ""
    parts = (name[: found.start()].strip("- "), name[found.end() :].strip("- "))
    return "-".join(part for part in parts if part)
