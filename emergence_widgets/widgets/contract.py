"""Digest of what Python and the front end share; made by `tools/contract.py`."""

CONTRACT = "075fc8dc8c920323"
