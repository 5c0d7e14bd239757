"""How laws are fitted: starts, solver, errors and predictions."""
