"""Digest of what Python and the front end share; made by `tools/contract.py`."""

CONTRACT = "9d9e05472ca2d3fb"
