"""How laws are fitted: curves, likelihoods, starts and solver; `core.fitting` is the way in."""
