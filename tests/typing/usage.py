"""How users call the package, for type checkers; `# error` marks what they must refuse."""

from typing import assert_type

import numpy as np
import pandas as pd

import emergence_widgets as ew
from emergence_widgets import (
    EmergenceAtlas,
    EvalResults,
    ForecastExplorer,
    GrokkingExplorer,
    HighJumpExplorer,
    MirageExplorer,
    MultiStepExplorer,
    ReconstructionExplorer,
    ResolutionExplorer,
    ResultsExplorer,
)

# Controls are keywords, with their types.
e = MirageExplorer(length=5, n_items=1e4, concentration=np.inf, layout={"width": "80%"})
MirageExplorer(scale=np.logspace(6, 11, 50), seed=1, length=np.int64(5))
MirageExplorer(length="abc")  # error
MirageExplorer(nonsense=3)  # error
MirageExplorer(length="abc", nonsense=3)  # error
MirageExplorer(5)  # error
HighJumpExplorer(bar=1.5)
HighJumpExplorer(length=5)  # error
MultiStepExplorer(logistic=True)
MultiStepExplorer(logistic="yes")  # error
ResolutionExplorer(repeats=3, samples_per_item=100)
ResolutionExplorer(repeats=None)  # error
GrokkingExplorer(measures=["norm"], step=100)
GrokkingExplorer(measures=3)  # error
ReconstructionExplorer(threshold=0.5)
ReconstructionExplorer("results")  # error

# Values of controls, as they are kept.
assert_type(e.length, int)
assert_type(e.floor, float)
assert_type(GrokkingExplorer().measures, tuple[str, ...])
assert_type(MultiStepExplorer().logistic, bool)
e.length = 7
e.length = "abc"  # error

# Numbers and pictures.
assert_type(e.curves(), pd.DataFrame)
assert_type(e.to_html(title="Mirage"), str)
e.state["length"]
e.set_state(length=3)
e.tour([{"caption": "One token", "controls": {"length": 1}}], seconds=5.0)
e.tour(seconds="slow")  # error

# Results.
results = ew.datasets.gpt3()
assert_type(results, EvalResults)
assert_type(ew.read_results("results.csv"), EvalResults)
assert_type(results.select(task="LAMBADA, 0-shot"), EvalResults)
assert_type(results.scores, pd.DataFrame)
r = ResultsExplorer(results, task="LAMBADA, 0-shot", metrics=["acc"], intervals=False)
assert_type(r.metrics, tuple[str, ...])
ResultsExplorer(results, metrics=3)  # error
ResultsExplorer()  # error
EmergenceAtlas(results, sort="name", jumps_only=True)
EmergenceAtlas(results, tasks="LAMBADA")  # error
ForecastExplorer(results, held_out=3, methods=["sharp", "smooth"])
ForecastExplorer(results, held_out="3")  # error
ew.link_explorers(e, MirageExplorer(), on=["length"]).unlink()
ew.link_explorers(e, "another", on=["length"])  # error

# Metrics, laws and verdicts.
assert_type(ew.audit_metrics(results), pd.DataFrame)
assert_type(ew.verdicts(results), pd.DataFrame)
judged = ew.verdict(results, "LAMBADA, 0-shot", "acc")
assert_type(judged, ew.Verdict)
assert_type(judged.outcome, str)
ew.PowerLaw.fit([1e6, 1e7, 1e8], [3.0, 2.0, 1.5]).predict([1e9])
ew.wilson_interval(3, 10)
ew.wilson_interval()  # error
ew.rescore(results, scores="exact_match")
ew.nothing_of_the_kind()  # error
