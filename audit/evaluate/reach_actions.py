"""The actions that reach asks about."""
from __future__ import annotations
from functools import cache
from audit.evaluate.actions import ActionIndex


@cache
def reach_index() -> ActionIndex:
    """The index."""
    return ActionIndex(["sts:AssumeRole"], formats={"sts:AssumeRole": ("arn:*:iam::*:role/*",)})
