"""Controls keep what they can take, as plain Python values, and refuse all else in words."""

import math

import numpy as np
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

from emergence_widgets import MirageExplorer
from emergence_widgets.widgets.controls import ControlError

from ..explorers.bench import NUMBERS, Bench


@pytest.fixture
def bench():
    return Bench()


class TestNumbers:
    @pytest.mark.parametrize("control", NUMBERS)
    def test_both_ends_are_accepted(self, control):
        for end in (control.minimum, control.maximum):
            kept = control.validate(None, end)
            assert kept == end
            assert type(kept) is (int if control.whole else float)

    @pytest.mark.parametrize("control", NUMBERS)
    def test_just_outside_is_refused_with_the_range_in_words(self, control):
        step = 1 if control.whole else 0
        low = control.minimum - step if step else np.nextafter(control.minimum, -math.inf)
        high = control.maximum + step if step else np.nextafter(control.maximum, math.inf)
        for outside in (low, high, -math.inf):
            with pytest.raises(ControlError) as refusal:
                control.validate(None, outside)
            words = str(refusal.value)
            assert control.name in words
            assert repr(outside) in words
            assert control.label.lower() in words
            assert f"from {control.minimum:g} to {control.maximum:g}" in words
            assert control.unit in words
            assert ("a whole number" in words) == control.whole

    def test_the_refusal_is_a_value_error_and_a_trait_error(self):
        mirage = MirageExplorer()
        with pytest.raises(ValueError, match="a whole number from 1 to 50 tokens"):
            mirage.length = 51
        with pytest.raises(traitlets.TraitError, match="length is 51"):
            mirage.length = 51
        with pytest.raises(ControlError, match="length is 0; answer length takes"):
            MirageExplorer(length=0)
        assert mirage.length == 10

    def test_whole_numbers(self, bench):
        bench.whole = 7.0
        assert bench.whole == 7
        assert type(bench.whole) is int
        with pytest.raises(
            ControlError, match=r"whole is 7\.5; answer length takes a whole number"
        ):
            bench.whole = 7.5

    def test_infinity_where_the_top_means_it(self, bench):
        bench.likeness = 3
        bench.likeness = math.inf
        assert bench.likeness == math.inf
        with pytest.raises(ControlError, match=r"from 0\.5 to 10000 \(or inf\)"):
            bench.likeness = -math.inf
        for name in ("whole", "real", "items"):
            with pytest.raises(ControlError, match=f"{name} is inf"):
                setattr(bench, name, math.inf)

    @pytest.mark.parametrize(
        "value",
        [np.int8(7), np.uint64(7), np.float32(7), np.float64(7), np.array(7), np.array(7.0)],
    )
    def test_numpy_scalars_are_numbers(self, bench, value):
        bench.whole = value
        bench.items = value
        assert (bench.whole, bench.items) == (7, 7)
        assert type(bench.whole) is int

    def test_a_numpy_infinity(self, bench):
        bench.likeness = 1.0
        bench.likeness = np.float32(np.inf)
        assert bench.likeness == math.inf

    @pytest.mark.parametrize("name", ["whole", "real", "likeness", "items"])
    @pytest.mark.parametrize(
        "value",
        [
            True,
            np.True_,
            np.array(True),
            "3",
            np.str_("3"),
            math.nan,
            np.float64(np.nan),
            None,
            [3],
            np.array([3]),
            3 + 0j,
            np.complex128(3),
            np.datetime64("2020-01-01"),
        ],
        ids=repr,
    )
    def test_what_is_no_number_is_refused(self, bench, name, value):
        before = getattr(bench, name)
        with pytest.raises(ControlError, match=f"{name} is .*takes a"):
            setattr(bench, name, value)
        assert getattr(bench, name) == before

    @given(value=st.floats(), name=st.sampled_from(["whole", "real", "likeness", "items"]))
    @settings(deadline=None, derandomize=True)
    def test_a_value_is_kept_as_it_is_or_refused(self, value, name):
        bench, control = Bench(), getattr(Bench, name)
        inside = control.minimum <= value <= control.maximum
        fits = inside and (not control.whole or value.is_integer())
        if fits or (control.infinite_at_top and value == math.inf):
            setattr(bench, name, value)
            assert getattr(bench, name) == value
        else:
            with pytest.raises(ControlError):
                setattr(bench, name, value)


class TestNames:
    def test_a_choice_is_one_of_the_names(self, bench):
        bench.task = "pear"
        for wrong in ("paer", "An apple", "", 3, None, ["pear"]):
            with pytest.raises(ControlError, match=r"task is .*There is: apple, pear, plum"):
                bench.task = wrong
        with pytest.raises(ControlError, match="Did you mean 'pear'"):
            bench.task = "paer"
        assert bench.task == "pear"

    def test_families_are_some_of_the_names_in_the_order_of_the_data(self, bench):
        bench.families = ["plum", "apple", "plum"]
        assert bench.families == ("apple", "plum")
        bench.families = "pear"
        assert bench.families == ("pear",)
        bench.families = ()
        assert bench.families == ()
        for wrong in (["pear", "bear"], "bear", [3]):
            with pytest.raises(ControlError, match=r"families holds .*There is: apple, pear"):
                bench.families = wrong
        for wrong in (3, None):
            with pytest.raises(ControlError, match=r"families is .*; expected a name or several"):
                bench.families = wrong

    def test_metrics_are_one_to_four_names_in_the_order_given(self, bench):
        bench.metrics = ["plum", "apple"]
        assert bench.metrics == ("plum", "apple")
        bench.metrics = "pear"
        assert bench.metrics == ("pear",)
        for wrong, number in (((), 0), (["apple"] * 5, 5)):
            with pytest.raises(ControlError, match=f"holds {number} names; expected one to 4"):
                bench.metrics = wrong
        with pytest.raises(ControlError, match="Did you mean 'plum'"):
            bench.metrics = ["apple", "plumm"]
        assert bench.metrics == ("pear",)

    def test_a_toggle_is_a_yes_or_a_no(self, bench):
        bench.toggle = np.False_
        assert bench.toggle is False
        for wrong in ("yes", 1, None, np.int64(0)):
            with pytest.raises(ControlError, match=r"toggle is .* takes True or False"):
                bench.toggle = wrong
