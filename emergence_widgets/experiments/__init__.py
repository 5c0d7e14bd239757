"""How our own model families were trained."""
