"""Digest of what Python and the front end share; made by `tools/contract.py`."""

CONTRACT = "7aeb17fe4b82d111"
