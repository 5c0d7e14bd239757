"""Small samples tables."""

import pandas as pd


def answers(*right: bool, model: str = "m", **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"model": model, "params": 1e6, "task": "t", "item": range(len(right)), "target": "a b",
         "output": ["a b" if one else "a c" for one in right]}
    )  # fmt: skip
    return frame.assign(**columns)


def errors(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"model": "m", "params": 1e6, "task": "t", "item": range(len(values)),
         "squared_error": values}
    )  # fmt: skip
