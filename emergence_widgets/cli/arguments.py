"""What may stand after `emergence-widgets` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from .. import __version__

NAME = "emergence-widgets"
SUFFIXES = (".parquet", ".csv", ".jsonl")


def parser() -> argparse.ArgumentParser:
    """Arguments of every command; ``command`` names the one that is asked for."""
    made = argparse.ArgumentParser(
        prog=NAME,
        description="Is the emergent ability in the model or in the metric?",
        epilog="Exit codes: 0 done, 1 could not be read or written, 2 wrong usage.",
    )
    made.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="tell a summary as JSON")
    common.add_argument("--quiet", action="store_true", help="no progress, no summary, no notes")
    common.add_argument("--force", action="store_true", help="replace a file that is there")
    read = argparse.ArgumentParser(add_help=False)
    read.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="evaluation files, or folders of them"
    )
    read.add_argument(
        "--models",
        action="append",
        default=[],
        type=_model,
        metavar="NAME=SIZE",
        help="size of a model: 1.3e9, 1.3B, or a public model such as pythia-1.4b; may be repeated",
    )

    report = commands.add_parser(
        "report", parents=[read, common], help="one interactive page that works offline"
    )
    report.add_argument("-o", "--output", type=Path, default=Path("report.html"), metavar="FILE")
    report.add_argument("--title", default="Which abilities emerge?")
    report.add_argument(
        "--answers",
        type=_count,
        default=20,
        metavar="N",
        help="answers a task and model that the page holds (default: 20)",
    )

    slides = commands.add_parser(
        "slides",
        parents=[common],
        help="slides of a notebook with live explorers, in one file",
        description="Run a notebook and make reveal.js slides of it. Slides are those that are "
        "marked in JupyterLab, or else begin at headings.",
        epilog="Page Down turns the steps of a tour, then the slide; Escape gives the keys back to "
        "the slides; S opens the speaker's view; ?print-pdf after the address prints.",
    )
    slides.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    slides.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="by default the notebook's name with .slides.html, in this folder",
    )
    slides.add_argument("--title", help="by default the notebook's first heading")
    slides.add_argument("--theme", choices=("light", "dark"), default="light")
    slides.add_argument("--code", action="store_true", help="show the sources of cells as well")

    convert = commands.add_parser(
        "convert", parents=[read, common], help="one long table of scores, and one of answers"
    )
    datasets = commands.add_parser(
        "datasets", parents=[common], help="list the bundled datasets, or write one"
    )
    datasets.add_argument("name", nargs="?", metavar="NAME")
    kinds = ", ".join(SUFFIXES)
    for command in (convert, datasets):
        command.add_argument("-o", "--output", type=_table, metavar="FILE", help=f"scores: {kinds}")
        command.add_argument("--samples", type=_table, metavar="FILE", help=f"answers: {kinds}")
    return made


def _model(text: str) -> tuple[str, str]:
    name, _, size = text.rpartition("=")
    if not name or not size:
        raise argparse.ArgumentTypeError(f"{text!r}; expected NAME=SIZE, such as my-model=1.3e9")
    return name, size


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r}; expected a whole number from 0")
    return int(text)


def _table(text: str) -> Path:
    path = Path(text)
    if path.suffix not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"{text!r}; expected a name in {', '.join(SUFFIXES)}")
    return path
