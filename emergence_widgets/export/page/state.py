"""The state of some widgets, as a page holds it: theirs alone, and no text twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

import ipywidgets

from ...widgets.lifetime import descendants

SHORTEST_SHARED = 200


def page_state(roots: Sequence[ipywidgets.Widget], *, max_samples: int | None = None) -> str:
    """JSON of all widgets that belong to `roots`, with so many answers to read; None: all.

    Safe inside a script element: no ``<``, which could end it or begin a comment.
    """
    owned = {widget.model_id: widget for root in roots for widget in (root, *descendants(root))}
    links = [link for link in _links(owned.values()) if link.model_id not in owned]
    owned |= {link.model_id: link for link in links}
    # Our own front ends know no defaults, so every trait is written.
    state = ipywidgets.Widget.get_manager_state(drop_defaults=False, widgets=list(owned.values()))
    if max_samples is not None:
        _keep_samples(state["state"], max_samples)
    texts, shared = _share(state["state"])
    text = json.dumps(
        {"texts": texts, "shared": shared, "widgets": state},
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )
    # U+2028 and U+2029 ended lines of scripts once, and still do in some tools.
    for character in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _keep_samples(models: dict[str, Any], most: int) -> None:
    """Cut the answers that a click shows to the first items; the scores stay those of all."""
    for model in models.values():
        constants: Any = model["state"].get("constants")
        if isinstance(constants, dict) and "answers" in constants:
            given = cast("dict[str, Any]", constants)
            cut = [_first(answers, most) for answers in given["answers"]]
            model["state"]["constants"] = given | {"answers": cut}


def _first(answers: dict[str, Any] | None, most: int) -> dict[str, Any] | None:
    if answers is None:
        return None
    runs = {
        run: {name: values[:most] for name, values in answered.items()}
        for run, answered in answers["runs"].items()
    }
    return {"prompt": answers["prompt"][:most], "target": answers["target"][:most], "runs": runs}


def _links(owned: Iterable[ipywidgets.Widget]) -> Iterable[ipywidgets.Widget]:
    """Links between widgets of this page (`link_explorers`), which no widget holds."""
    owned = list(owned)
    for widget in owned:
        shared = getattr(widget, "shared_links", ())
        for link in (one for each in shared for one in getattr(each, "links", (each,))):
            ends = [end[0] for end in (link.source, link.target)]
            if all(any(end is one for one in owned) for end in ends):
                yield link


def _share(models: dict[str, Any]) -> tuple[list[str], dict[str, dict[str, int]]]:
    """Take out long texts that several widgets have: their front ends."""
    count: dict[str, int] = {}
    for model in models.values():
        for value in model["state"].values():
            if isinstance(value, str) and len(value) >= SHORTEST_SHARED:
                count[value] = count.get(value, 0) + 1
    place = {text: at for at, text in enumerate(text for text, n in count.items() if n > 1)}
    shared: dict[str, dict[str, int]] = {}
    for identity, model in models.items():
        for trait, value in list(model["state"].items()):
            if isinstance(value, str) and value in place:
                shared.setdefault(identity, {})[trait] = place[value]
                del model["state"][trait]
    return list(place), shared
