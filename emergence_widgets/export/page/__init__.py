"""One live page: no kernel, no network."""
