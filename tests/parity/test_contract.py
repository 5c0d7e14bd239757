"""The committed contract between the languages is the one that Python makes."""

from .javascript import CONTRACT


def test_the_contract_is_current():
    assert CONTRACT.CONTRACT.read_text(encoding="utf-8") == CONTRACT.text(), (
        "run python tools/contract.py"
    )
