"""Public models and sizes in names."""

import pytest

from emergence_widgets.results.catalogue import catalogue, describe_model, family_of


def test_the_catalogue_is_whole() -> None:
    table = catalogue()
    assert not table["name"].str.lower().duplicated().any()
    assert (table["params"] > 0).all()
    assert set(table["params_kind"]) == {"total", "nominal"}
    assert table[["name", "family", "source"]].notna().all().all()


@pytest.mark.parametrize(
    ("name", "params"),
    [
        # Biderman et al. 2023, Table 1; Zhang et al. 2022, Table 1.
        ("EleutherAI/pythia-70m", 70_426_624),
        ("EleutherAI/Pythia-12B-deduped", 11_846_072_320),
        ("EleutherAI/pythia-v1.1-1.4b-deduped", 1_414_647_808),
        ("facebook/opt-6.7b", 6.7e9),
    ],
)
def test_public_models(name: str, params: float) -> None:
    assert describe_model(name)["params"] == params


def test_tokens_and_tokens_of_a_step() -> None:
    facts = describe_model("pythia-410m")
    assert (facts["tokens"], facts["tokens_per_step"]) == (3e11, 1024 * 2048)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("me/mine-70m", 70e6), ("Qwen2.5-0.5B-Instruct", 0.5e9), ("bloomz-7b1", 7.1e9),
        ("stablelm-2-1_6b", 1.6e9), ("llama_2_7b", 7e9), ("flan-t5-3b", 3e9), ("70m", 70e6),
        ("Llama-3-8B-Instruct-Gradient-1048k", 8e9), ("qwen3-30b-a3b", 30e9), ("a/b-1.3B/", 1.3e9),
    ],
)  # fmt: skip
def test_sizes_in_names(name: str, params: float) -> None:
    assert describe_model(name) == {"params": params, "params_kind": "nominal"}


@pytest.mark.parametrize(
    "name", ["davinci", "phi-3-mini-4k-instruct", "mixtral-8x7b", "gpt-4", "step1000", "4bit-model"]
)
def test_names_without_a_size(name: str) -> None:
    assert describe_model(name) == {}


@pytest.mark.parametrize(
    ("name", "family"),
    [("a/mine-70m", "mine"), ("mine-1.4b-chat", "mine-chat"), ("70m", ""), ("davinci", "")],
)
def test_families(name: str, family: str) -> None:
    assert family_of(name) == family
