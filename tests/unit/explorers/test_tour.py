"""Tours: what a step may say, and the states that are sent to the browser."""

import pytest

from emergence_widgets import MirageExplorer, ResultsExplorer, datasets
from emergence_widgets.explorers.tour_texts import TOURS
from emergence_widgets.widgets.controls import ControlError

from .bench import EXPLORERS, make


@pytest.fixture
def mirage():
    e = MirageExplorer()
    yield e
    e.close()


def test_every_state_holds_all_controls_so_that_a_tour_can_go_back(mirage):
    tour = mirage.tour([
        {"caption": "a", "controls": {"length": 1}},
        {"caption": "b", "controls": {"n_items": 20}, "figure": "exact_match"},
        {"caption": "c", "controls": {"length": 30, "concentration": float("inf")}},
    ])  # fmt: skip
    states = tour.bar.steps
    assert [state["values"]["length"] for state in states] == [1, 1, 30]
    assert [state["values"]["n_items"] for state in states] == [200, 20, 20]
    assert [state["figure"] for state in states] == ["", "exact_match", ""]
    assert set(states[0]["values"]) == set(tour.bar.sources)
    assert states[2]["values"]["concentration"] == 1e4, "the slider's right end"


@pytest.mark.parametrize(
    ("steps", "error", "words"),
    [
        ([], ValueError, "list of dicts"),
        ({"caption": "a"}, ValueError, "list of dicts"),
        (["a"], TypeError, "step 1 of the tour is a str"),
        ([{"controls": {}}], TypeError, "step 1 of the tour has no caption"),
        ([{"caption": "a", "figur": "loss"}], TypeError, "Did you mean 'figure'"),
        ([{"caption": "a"}, {"caption": "b", "controls": {"lenght": 1}}], ControlError,
         "step 2 of the tour: no control 'lenght'. Did you mean 'length'"),
        ([{"caption": "a", "controls": {"length": 0}}], ControlError, "from 1 to 50 tokens"),
        ([{"caption": "a", "figure": "exact"}], ControlError, "Did you mean 'exact_match'"),
    ],
)  # fmt: skip
def test_a_bad_step_is_named(mirage, steps, error, words):
    with pytest.raises(error, match=words):
        mirage.tour(steps)


def test_a_tour_begins_as_it_is_asked_to(mirage):
    looks = [
        (tour.bar.lecture, tour.bar.alone)
        for tour in (mirage.tour(), mirage.tour(lecture=True), mirage.tour(alone=True))
    ]
    assert looks == [(False, False), (True, False), (False, True)]


def test_seconds_out_of_range(mirage):
    with pytest.raises(ValueError, match="from 1 to 600"):
        mirage.tour(seconds=0)


def test_metrics_of_results_move_their_dropdowns():
    e = ResultsExplorer(datasets.pronunciation())
    tour = e.tour([{"caption": "two", "controls": {"metrics": ["exact_match", "loss"]}}])
    names = list(e._choices("metrics"))
    values = tour.bar.steps[0]["values"]
    assert [values[f"metric_{slot}"] for slot in (1, 2)] == [
        names.index("exact_match"),
        names.index("loss"),
    ]
    assert [values[f"metric_{slot}"] for slot in (3, 4)] == [len(names)] * 2
    e.close()


@pytest.mark.parametrize("explorer", EXPLORERS, ids=lambda one: one.__name__)
def test_every_explorer_has_a_tour_of_valid_steps(explorer):
    name, place = explorer.__name__, "TOURS in explorers/tour_texts.py"
    assert name in TOURS, f"{name} has no tour; write one in {place}"
    e = make(explorer)
    tour = e.tour(lecture=True)
    captions = [state["caption"] for state in tour.bar.steps]
    assert len(captions) >= 4, f"{name} has {len(captions)} steps in {place}; give at least four"
    short = [caption for caption in captions if len(caption) <= 20]
    assert not short, f"{name} in {place}: {short} are too short; write whole sentences"
    tour.close()
    assert e.link.comm is not None, "the explorer stays"
    e.close()
