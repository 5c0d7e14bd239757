"""Digest of what Python and the front end share; made by `tools/contract.py`."""

CONTRACT = "c42e9e4d46e9f5f9"
