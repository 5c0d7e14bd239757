"""A scale for every model: given, from the catalogue, or read from a name; and said which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard, cast

import numpy as np
import pandas as pd

from ..catalogue import describe_model, family_of
from ..notes import Note, listed
from ..schema import SCALES, SchemaError, check_among, nearest, parse_magnitude, to_numbers

ModelTable = Mapping[str, Any]
WORDS = ("family", "params_kind")
FACTS = (*SCALES, *WORDS, "tokens_per_step")


def with_scales(
    tables: list[pd.DataFrame], models: ModelTable | None, notes: list[Note]
) -> list[pd.DataFrame]:
    """Scores and, where there are any, samples with a scale for every model."""
    table = pd.concat([_facts_in(one) for one in tables], ignore_index=True)
    names: list[str] = table["model"].unique().tolist()
    given = {name: _given(name, models, names) for name in models or ()}
    # A model may be given as one of the catalogue, whose facts then are its own.
    known_as = {name: said for name, said in (models or {}).items() if _is_name(said)}
    found = _found(table, names, known_as, given, notes)
    counted = table["tokens"].notna()
    _fill(table, given, found)
    _note_tokens(table[table["tokens"].notna() & ~counted], given, notes)
    of_scores = table.index < len(tables[0])
    for part in (table[of_scores], table[~of_scores]):
        _require_scales(part)
    _name_families(table, notes)
    parts = (table[of_scores], table[~of_scores].reset_index(drop=True))
    filled = [one.reset_index(drop=True) for one in tables]
    for one, part in zip(filled, parts, strict=False):
        one[part.columns] = part
    return filled


def _facts_in(table: pd.DataFrame) -> pd.DataFrame:
    """Models, scales and words of a table, with empty columns for those that it lacks."""
    table = table.reset_index(drop=True)
    facts = {"model": table["model"].astype(str)}
    for name in SCALES:
        column = table.get(name, pd.Series(np.nan, table.index, name=name))
        facts[name] = to_numbers(column, where="table", sizes=True)
    for name in WORDS:
        column = table.get(name, pd.Series(None, table.index))
        facts[name] = column.astype(object).where(column.notna(), None)
    return pd.DataFrame(facts)


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
        check_among(f"models[{name!r}] has", [key], FACTS)
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
    table: pd.DataFrame,
    names: list[str],
    known_as: dict[str, str],
    given: dict[str, dict[str, Any]],
    notes: list[Note],
) -> dict[str, dict[str, Any]]:
    """Facts of the catalogue, sizes in names, and sizes that other rows of the model have."""
    known = table[["model", "params"]].drop_duplicates()
    whole = set(known["model"]) - set(known.loc[known["params"].isna(), "model"])
    single = known.dropna().drop_duplicates("model", keep=False)
    sizes = dict(zip(single["model"], single["params"].tolist(), strict=True))
    found = {name: describe_model(known_as.get(name, name)) for name in names}
    listed_models: list[str] = []
    read_models: list[str] = []
    for name, facts in found.items():
        if name in whole or "params" in given.get(name, {}):
            continue
        if name in sizes:
            facts["params"] = sizes[name]
        elif "family" in facts:
            listed_models.append(name)
        elif facts:
            read_models.append(f"{name} ({facts['params']:,.0f})")
    for words, told in (
        ("sizes from the catalogue of public models", listed_models),
        ("sizes read from the names", read_models),
    ):
        if told:
            notes.append(Note("assumed", f"{words}: {listed(told)}", len(told), "params"))
    return found


def _fill(
    table: pd.DataFrame, given: dict[str, dict[str, Any]], found: dict[str, dict[str, Any]]
) -> None:
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


def _note_tokens(filled: pd.DataFrame, given: dict[str, dict[str, Any]], notes: list[Note]) -> None:
    names = [name for name in filled["model"].unique() if "tokens" not in given.get(name, {})]
    if names:
        message = (
            "training tokens from the catalogue, of the step or of the finished model: "
            f"{listed(names)}"
        )
        notes.append(Note("assumed", message, len(names), "tokens"))


def _require_scales(table: pd.DataFrame) -> None:
    sized = table[list(SCALES)].notna().any(axis=1).groupby(table["model"], sort=False).any()
    names = sized.index[~sized].tolist()
    if names:
        raise SchemaError(
            f"no scale is known for {len(names)} of {len(sized)} models: {listed(names, 12)}. "
            f"Give it: read_results(…, models={{{names[0]!r}: 1.3e9, …}}) in parameters, or "
            f"{{{names[0]!r}: {{'params': '1.3B', 'tokens': 3e11, 'family': 'mine'}}}}"
        )


def _name_families(table: pd.DataFrame, notes: list[Note]) -> None:
    """Siblings whose names differ in their size alone are one family."""
    nameless = table.loc[table["family"].isna(), "model"].unique()
    stems = pd.Series({name: family_of(name) for name in nameless}, dtype=object)
    shared = stems[stems.duplicated(keep=False)]
    # A name without a size may belong to any of them.
    if shared.empty or (stems == "").any():
        return
    message = f"families read from names that differ in their size alone: {listed(shared)}"
    notes.append(Note("assumed", message, shared.nunique(), "family"))
    families = table["model"].map(shared.to_dict()).astype(object)
    table["family"] = table["family"].where(table["family"].notna(), families)
