"""What a verdict says is seen: the sentence, late rise T and X are one and agree with the data."""

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, Verdict, datasets, late_rise, verdict
from emergence_widgets.core.statistics.explained_by_loss import ExplainedByLoss
from emergence_widgets.core.statistics.late_rise import LateRise
from emergence_widgets.core.verdict.partners import Partner
from emergence_widgets.core.verdict.rise import Rise, what_is_seen
from emergence_widgets.core.verdict.runs import Outcomes

SIZES = np.logspace(6, 12, 9)


def table(
    scores, *, metric="acc", loss=None, n_items: int | None = 2000, scale="params", stderr=None
):
    """One run a size."""
    parts = [pd.DataFrame({"metric": metric, "value": scores})]
    if loss is not None:
        parts.append(pd.DataFrame({"metric": "loss", "value": loss, "stderr": 0.01}))
    rows = pd.concat(
        [part.assign(**{scale: SIZES[: len(part)], "model": range(len(part))}) for part in parts]
    )
    if n_items is not None:
        rows["n_items"] = n_items
    if stderr is not None:
        rows.loc[rows["metric"] == metric, "stderr"] = stderr
    return EvalResults(rows.assign(task="t", family="f"))


LATE = np.array([0.0, 0.0, 0.0, 0.0, 0.01, 0.1, 0.4, 0.7, 0.8])


def rise_of(found: Verdict) -> LateRise:
    assert found.late_rise is not None
    return found.late_rise


def test_a_late_score_waits_and_t_is_that_of_its_scores():
    found = verdict(table(LATE), "t", "acc")
    assert rise_of(found).value == pytest.approx(float(late_rise(SIZES, LATE)))
    assert rise_of(found).late
    assert found.seen.startswith("Accuracy (acc) waits: at ")
    assert f"lags {rise_of(found).value:.2f} of its whole rise" in found.seen
    assert found.explained is None


def test_steady_gains_rise_and_are_not_late():
    found = verdict(table(np.linspace(0.1, 0.9, 9)), "t", "acc")
    assert rise_of(found).rises
    assert not rise_of(found).late
    assert "rises, with steady gains, or nearly" in found.seen


def test_guessing_does_not_rise():
    scores = 0.25 + 0.005 * np.array([1, -1, 0, 1, -1, 0, 1, -1, 0.5])
    found = verdict(table(scores, n_items=200), "t", "acc")
    assert not rise_of(found).rises
    assert found.seen.startswith("Accuracy (acc): no rise beyond the noise of the test (p = 0.")


def test_items_and_standard_errors_say_the_same():
    stderr = np.sqrt(LATE * (1 - LATE) / 2000 + 1e-6)
    counted, known = verdict(table(LATE), "t"), verdict(table(LATE, n_items=None, stderr=stderr))
    assert rise_of(known).value == pytest.approx(rise_of(counted).value)
    assert rise_of(known).late
    assert known.seen.split("(")[0] == counted.seen.split("(")[0]


def test_without_errors_t_is_told_and_not_tested():
    found = verdict(table(LATE, n_items=None), "t", "acc")
    assert np.isnan(rise_of(found).p_rise)
    assert "the noise is not known" in found.seen
    assert f"T = {rise_of(found).value:.2f} is not tested" in found.seen


def test_two_models_say_nothing():
    found = verdict(table(LATE[[0, -1]]), "t", "acc")
    assert found.late_rise is None
    assert found.seen == ""


def test_over_the_loss_the_place_is_a_loss():
    loss = 2 * (SIZES / 1e6) ** -0.2
    rows = table(LATE).scores.assign(loss=loss)
    found = verdict(EvalResults(rows), "t", "acc", scale="loss")
    assert rise_of(found).value > 0.2
    assert "waits: at a loss of " in found.seen
    assert loss.min() < rise_of(found).at < loss.max()


def test_of_one_run_a_size_the_loss_explains_without_an_interval():
    loss = 2 * (SIZES / 1e6) ** -0.2
    rows = table(np.exp(-6 * loss), loss=loss).scores
    rows.loc[rows["metric"] == "loss", ["stderr", "n_items"]] = np.nan
    found = verdict(EvalResults(rows), "t", "acc")
    assert found.explained is not None
    assert found.explained.value == pytest.approx(1, abs=0.1)
    assert np.isnan(found.explained.lower)
    assert "unclear (X = " in found.seen


@pytest.mark.parametrize(
    ("name", "task", "family", "words"),
    [
        ("spanish", "spanish_pronunciation", "GRU", "A smooth loss predicts this rise (X = 1."),
        ("addition", "3-digit addition, plain", "transformer", "The loss itself breaks between "),
        ("addition", "3-digit addition, reversed", "GRU", "The loss itself breaks between "),
    ],
)
def test_our_families_are_told_as_they_are(name, task, family, words):
    found = verdict(getattr(datasets, name)(), task, "exact_match", family=family)
    assert words in found.seen
    # The means over seeds of plain sums rise as the odds do, though each run jumps.
    late = task != "3-digit addition, plain"
    waits, rises = "Exact match waits: at ", "Exact match rises, at most a little late"
    assert found.seen.startswith(waits if late else rises)
    for measure in (found.late_rise, found.explained):
        assert measure is not None
        told = f"= {measure.value:.2f} [{measure.lower:.2f}, {measure.upper:.2f}]"
        assert told in found.seen
    assert found.seen in repr(found)
    assert found.seen in found._repr_html_()


def test_names_from_data_are_text():
    rows = table(LATE).scores.assign(metric="<b>acc</b>", lower_is_better=False)
    found = verdict(EvalResults(rows), "t", "<b>acc</b>")
    assert "<b>" in found.seen
    assert "<b>acc" not in found._repr_html_()


def test_every_cause_has_its_words():
    evidence = datasets.addition().evidence("3-digit addition, plain", "exact_match")
    late = Rise(LateRise(0.5, 0.4, 0.6, 1.0, 0.001, 0.001, 1e3))
    predicted = np.zeros(4)
    causes = {
        "metric": ExplainedByLoss(0.95, 0.9, 1.1, predicted, 1, 2, 0.0, 0.0, 0.05, 0.5),
        "loss": ExplainedByLoss(0.5, 0.1, 0.9, predicted, 1, 2, 0.3, 0.2, 0.4, 0.01, 1, 2),
        "untested": ExplainedByLoss(0.5, 0.1, 0.9, predicted, 1, 2, 0.3, 0.2, 0.4, 0.01, 1, 3),
        "unclear": ExplainedByLoss(0.5, 0.1, 1.2, predicted, 1, 2, 0.1, 0.0, 0.4, 0.5),
    }
    told = set()
    for cause, found in causes.items():
        partner = Partner("loss", "nats", False, found, 1e3, 2e3, 0.1, np.nan, 1)
        assert partner.cause == cause
        told.add(what_is_seen(evidence, late, partner).split("). ")[1].split(" (X")[0])
    assert len(told) == 4
    assert "The loss itself breaks between 1k parameters and 2k parameters" in "".join(told)
    assert what_is_seen(evidence, None, None) == ""
    mild = Rise(late.late._replace(p_late=0.2, lower=0.0, upper=0.3))
    assert "rises, at most a little late" in what_is_seen(evidence, mild, None)
    unsure = Rise(late.late._replace(p_late=0.2, lower=0.0, upper=0.31))
    assert "too uncertain to tell" in what_is_seen(evidence, unsure, None)
    parted = Outcomes(0.9, ((1e3, 1, 5), (2e3, 4, 5)), 2)
    assert "at 1k parameters 1 of 5 are past the middle" in what_is_seen(
        evidence, late, None, parted
    )
    falling = Rise(late.late, 0.7, 0.01, 1e3, 1e4)
    assert "gets worse by 0.7 from 1k parameters to 10k parameters" in what_is_seen(
        evidence, falling, None
    )
