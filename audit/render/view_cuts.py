"""Of whom the report does not say what would end their reach: a bound on the work must not read as "nothing to do"."""

from __future__ import annotations

from audit.model.reach import Reach
from audit.render.view_words import count, number


def unbroken_sentences(reach: Reach) -> tuple[str, ...]:
    """One sentence for those whose cut was not sought, one for those who have none; empty where all are told."""
    missing = (reach.cuts_not_sought, reach.cuts_not_found)
    told = sum(len(cut.starts) for cut in reach.cuts)
    all_ = count(told + sum(map(len, missing)), "start")
    found = []
    if reach.cuts_not_sought:
        found.append(
            f"What breaks it was not worked out for {number(len(reach.cuts_not_sought))} of the {all_} that can come "
            "to pay: there are too many of them or of their ways. They are no less critical; look at them again once "
            "the cuts that are listed are made."
        )
    if reach.cuts_not_found:
        found.append(
            f"For {number(len(reach.cuts_not_found))} of the {all_} that can come to pay no set of statements is "
            "known whose removal ends it."
        )
    return tuple(found)
