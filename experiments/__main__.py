"""Command line: ``python -m experiments NAME [--quick]``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

EXPERIMENTS = {
    "addition": "transformers and GRUs of fifteen sizes learn to add",
    "autoencoder": "autoencoders of fourteen widths rebuild handwritten digits",
    "classifier": "classifiers of twelve widths read handwritten digits",
    "grokking": "a transformer learns addition modulo 59, first by heart, then by rule",
    "pronunciation": "transformers and GRUs of sixteen sizes learn to pronounce English words",
    "spanish": "GRUs and transformers of many sizes learn to pronounce Spanish words",
}


def main(arguments: list[str] | None = None) -> int:
    """Train one family and write its table."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments",
        description="Train one of the bundled model families again.",
        epilog="Experiments: " + "; ".join(f"{name}: {what}" for name, what in EXPERIMENTS.items()),
    )
    parser.add_argument("name", choices=sorted(EXPERIMENTS))
    parser.add_argument("--quick", action="store_true", help="a small size, under a minute")
    parser.add_argument(
        "--out", type=Path, help="folder for checkpoints and tables (default: runs/NAME)"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        help="runs side by side (default: cores)",
    )
    parser.add_argument("--device", choices=("cpu", "gpu"), default="cpu")
    options = parser.parse_args(arguments)
    default = Path("runs") / (options.name + ("-quick" if options.quick else ""))
    try:
        experiment = importlib.import_module(f".{options.name}", package=__package__)
    except ModuleNotFoundError as missing:
        print(
            f"The experiments need {missing.name}: pip install 'emergence-widgets[experiments]'",
            file=sys.stderr,
        )
        return 2
    table = experiment.main(
        quick=options.quick,
        folder=options.out or default,
        workers=options.workers,
        device=options.device,
    )
    print(f"Wrote {table}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
