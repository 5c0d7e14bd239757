"""`ResultsExplorer`: measured scores side by side."""
