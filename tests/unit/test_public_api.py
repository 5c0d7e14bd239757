"""Public names and signatures are those of the list; types made from them are current."""

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


def test_types_made_from_controls_and_public_names_are_current():
    tool = load_tool(ROOT.parent / "tools" / "control_types.py")
    advice = "run python tools/control_types.py"
    assert tool.CONTROLS.read_text(encoding="utf-8") == tool.control_types(), advice
    assert tool.STUB.read_text(encoding="utf-8") == tool.stub(), advice
