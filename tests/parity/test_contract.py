"""The committed contract between the languages is the one that Python makes."""

from .javascript import CONTRACT


def test_the_contract_is_current():
    for path, text in CONTRACT.texts().items():
        assert path.read_text(encoding="utf-8") == text, "run python tools/contract.py"
