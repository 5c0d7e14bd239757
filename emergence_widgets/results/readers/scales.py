"""A scale for every model: given, from the catalogue, or read from a name; and said which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard, cast

import numpy as np
import pandas as pd

from ..catalogue import describe_model, family_of
from ..notes import Note, listed
from ..schema import SCALES, SchemaError, nearest, parse_magnitude, to_numbers

ModelTable = Mapping[str, Any]
WORDS = ("family", "params_kind")
FACTS = (*SCALES, *WORDS, "tokens_per_step")


def with_scales(
    tables: list[pd.DataFrame], models: ModelTable | None, notes: list[Note]
) -> list[pd.DataFrame]:
    """Scores and samples with a scale for every model."""
    tables = [_prepared(table) for table in tables]
    names = list(dict.fromkeys(name for table in tables for name in table["model"].unique()))
    given = {name: _given(name, models, names) for name in models or ()}
    # A model may be given as one of the catalogue, whose facts then are its own.
    known_as = {name: said for name, said in (models or {}).items() if _is_name(said)}
    found = _found(tables, names, known_as, given, notes)
    counted = [table["tokens"].notna() for table in tables]
    tables = [_filled(table, given, found) for table in tables]
    _note_tokens(tables, counted, given, notes)
    _require_scales(tables)
    _name_families(tables, notes)
    return tables


def _prepared(table: pd.DataFrame) -> pd.DataFrame:
    table = table.reset_index(drop=True)
    table["model"] = table["model"].astype(str)
    for name in SCALES:
        column = table[name] if name in table else pd.Series(np.nan, table.index, name=name)
        table[name] = to_numbers(column, where="table", sizes=True)
    for name in WORDS:
        column = table[name] if name in table else pd.Series(None, table.index)
        table[name] = column.astype(object).where(column.notna(), None)
    return table


def _given(name: str, models: ModelTable | None, present: list[str]) -> dict[str, Any]:
    """What the user says of one model: a size, the name of a known model, or several facts."""
    if name not in present:
        raise KeyError(f"models= names {name!r}. {nearest(name, present)}")
    said: Any = models[name] if models else {}
    facts = dict(cast("ModelTable", said)) if isinstance(said, Mapping) else {"params": said}
    if _is_name(said):
        described = describe_model(said)
        if not described:
            raise SchemaError(
                f"models[{name!r}] is {said!r}; expected a size such as '1.3B' or the name of a "
                "public model such as 'pythia-1.4b'"
            )
        facts = {key: described[key] for key in ("params", *WORDS) if key in described}
    for key, value in facts.items():
        if key not in FACTS:
            raise SchemaError(f"models[{name!r}] has {key!r}. {nearest(key, FACTS)}")
        if key in WORDS:
            continue
        facts[key] = parse_magnitude(value)
        least = 0.0 if key in ("step", "loss") else np.finfo(float).tiny
        if not least <= facts[key] < np.inf:
            raise SchemaError(
                f"models[{name!r}]: {key} is {value!r}; expected a size above 0, such as '1.3B'"
            )
    return facts


def _is_name(said: Any) -> TypeGuard[str]:
    return isinstance(said, str) and bool(np.isnan(parse_magnitude(said)))


def _found(
    tables: list[pd.DataFrame],
    names: list[str],
    known_as: dict[str, str],
    given: dict[str, dict[str, Any]],
    notes: list[Note],
) -> dict[str, dict[str, Any]]:
    """Facts of the catalogue, sizes in names, and sizes that other rows of the model have."""
    known = pd.concat([table[["model", "params"]] for table in tables]).drop_duplicates()
    whole = set(known["model"]) - set(known.loc[known["params"].isna(), "model"])
    single = known.dropna().drop_duplicates("model", keep=False)
    sizes = dict(zip(single["model"], single["params"].tolist(), strict=True))
    found: dict[str, dict[str, Any]] = {}
    listed_models: list[str] = []
    read_models: list[str] = []
    for name in names:
        facts = describe_model(known_as.get(name, name))
        found[name] = facts
        if name in whole or "params" in given.get(name, {}):
            continue
        if name in sizes:
            facts["params"] = sizes[name]
        elif "family" in facts:
            listed_models.append(name)
        elif facts:
            read_models.append(f"{name} ({facts['params']:,.0f})")
    if listed_models:
        message = f"sizes from the catalogue of public models: {listed(listed_models)}"
        notes.append(Note("assumed", message, len(listed_models), "params"))
    if read_models:
        message = f"sizes read from the names: {listed(read_models)}"
        notes.append(Note("assumed", message, len(read_models), "params"))
    return found


def _filled(
    table: pd.DataFrame, given: dict[str, dict[str, Any]], found: dict[str, dict[str, Any]]
) -> pd.DataFrame:
    """What the user gives, else what the table says, else what is known of the model."""

    def of(facts: dict[str, dict[str, Any]], name: str) -> pd.Series:
        values = {model: said.get(name) for model, said in facts.items()}
        column = table["model"].map(values)
        return column if name in WORDS else pd.to_numeric(column).astype(float)

    table["params_kind"] = table["params_kind"].where(
        table["params"].notna(), of(found, "params_kind").astype(object)
    )
    for name in (*SCALES, *WORDS):
        known = of(found, name)
        if name == "tokens":
            # The catalogue's are those of the finished model, not of a checkpoint.
            rates = {model: found[model] | given.get(model, {}) for model in found}
            counted = table["step"] * of(rates, "tokens_per_step")
            known = known.where(table["step"].isna(), counted)
        mine = of(given, name)
        table[name] = mine.where(mine.notna(), table[name].where(table[name].notna(), known))
    return table


def _note_tokens(
    tables: list[pd.DataFrame],
    counted: list[pd.Series],
    given: dict[str, dict[str, Any]],
    notes: list[Note],
) -> None:
    made = [
        table.loc[table["tokens"].notna() & ~before, "model"]
        for table, before in zip(tables, counted, strict=True)
    ]
    said = {name for name, facts in given.items() if "tokens" in facts}
    names = [name for name in pd.concat(made).unique() if name not in said]
    if names:
        message = (
            "training tokens from the catalogue, of the step or of the finished model: "
            f"{listed(names)}"
        )
        notes.append(Note("assumed", message, len(names), "tokens"))


def _require_scales(tables: list[pd.DataFrame]) -> None:
    for table in tables:
        sized = table[list(SCALES)].notna().any(axis=1).groupby(table["model"], sort=False).any()
        names = sized.index[~sized].tolist()
        if names:
            raise SchemaError(
                f"no scale is known for {len(names)} of {len(sized)} models: {listed(names, 12)}. "
                f"Give it: read_results(…, models={{{names[0]!r}: 1.3e9, …}}) in parameters, or "
                f"{{{names[0]!r}: {{'params': '1.3B', 'tokens': 3e11, 'family': 'mine'}}}}"
            )


def _name_families(tables: list[pd.DataFrame], notes: list[Note]) -> None:
    """Siblings whose names differ in their size alone are one family."""
    nameless = pd.concat([table.loc[table["family"].isna(), "model"] for table in tables])
    stems = pd.Series({name: family_of(name) for name in nameless.unique()}, dtype=object)
    shared = stems[stems.duplicated(keep=False)]
    # A name without a size may belong to any of them.
    if shared.empty or (stems == "").any():
        return
    message = f"families read from names that differ in their size alone: {listed(shared)}"
    notes.append(Note("assumed", message, shared.nunique(), "family"))
    for table in tables:
        families = table["model"].map(shared.to_dict()).astype(object)
        table["family"] = table["family"].where(table["family"].notna(), families)
