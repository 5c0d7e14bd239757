"""Names and answers are no mathematics, whatever dollars are in them."""

NO_MATHEMATICS = ("tex2jax_ignore", "mathjax_ignore")
"""Classes of an element in which MathJax sees text alone: in version 2, and from 3 on."""
