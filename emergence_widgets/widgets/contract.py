"""Digest of what Python and the front end share; made by `tools/contract.py`."""

CONTRACT = "334c23febde62ed0"
