"""The page of facts of a bundled dataset: the same paragraphs for each."""

from __future__ import annotations

import textwrap

WIDTH = 90


def page_of_facts(*, what: str, made: str, shows: str, does_not_show: str, cost: str = "") -> str:
    """Titled paragraphs with lines that end between words, a blank line between paragraphs."""
    paragraphs = {
        "What it is": what,
        "How it was made": made,
        "What it shows": shows,
        "What it does not show": does_not_show,
        "Cost": cost,
    }
    return "\n\n".join(
        textwrap.fill(f"{title}: {text}", WIDTH, break_long_words=False, break_on_hyphens=False)
        for title, text in paragraphs.items()
        if text
    )
