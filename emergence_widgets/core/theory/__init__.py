"""What scores are expected where the chance of each step is known."""
