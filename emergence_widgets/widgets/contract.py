"""Digest of what Python and the front end share; made by `tools/contract.py`."""

CONTRACT = "bdf84dbdced3470a"
