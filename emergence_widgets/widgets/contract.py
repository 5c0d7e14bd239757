"""Digest of what Python and the front end share; made by `tools/contract.py`."""

CONTRACT = "e894895f79ddb7a0"
