"""Public names, their signatures and the explorers' controls are those of the committed list."""

from pathlib import Path

from .test_imports import ROOT, load_tool

LIST = Path(__file__).with_name("public_api.txt")
ADVICE = (
    "Public names and signatures stay. For an addition, add its lines: "
    "python tools/public_api.py > tests/unit/public_api.txt"
)


def test_public_names_and_signatures_are_those_of_the_list():
    listed = set(LIST.read_text(encoding="utf-8").splitlines())
    found = set(load_tool(ROOT.parent / "tools" / "public_api.py").lines())
    assert sorted(listed - found) == [], ADVICE
    assert sorted(found - listed) == [], ADVICE
