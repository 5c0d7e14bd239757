collect_ignore = ["usage.py"]  # for type checkers; its wrong lines would raise
