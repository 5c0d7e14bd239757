"""lm-evaluation-harness, 0.2 to 0.4: whose run, its scores, its answers."""
