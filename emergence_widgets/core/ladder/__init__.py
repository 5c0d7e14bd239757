"""The rungs of the verdict, and what each needs: `emergence_widgets.core.verdict` climbs them."""
