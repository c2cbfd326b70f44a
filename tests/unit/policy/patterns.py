"""Patterns with what they match, and texts with the variables in them."""

from __future__ import annotations

from audit.policy.variables import Variable
from audit.policy.wildcard import Literal

ACTIONS = (
    ("mechanicalturk:SendBonus", "mechanicalturk:SendBonus", True),
    ("MECHANICALTURK:sendbonus", "mechanicalturk:SendBonus", True),
    ("mechanicalturk:Send*", "mechanicalturk:SendBonus", True),
    ("mechanicalturk:Send?onus", "mechanicalturk:SendBonus", True),
    ("mechanicalturk:SendBonus?", "mechanicalturk:SendBonus", False),
    ("mechanicalturk:SendBonus*", "mechanicalturk:SendBonus", True),
    ("mechanicalturk:Send", "mechanicalturk:SendBonus", False),
    ("mechanicalturk:*Bonus", "mechanicalturk:SendBonus", True),
    ("mechanical*:SendBonus", "mechanicalturk:SendBonus", True),
    ("*:SendBonus", "mechanicalturk:SendBonus", True),
    ("*:*", "mechanicalturk:SendBonus", True),
    ("*", "mechanicalturk:SendBonus", True),
    ("**", "mechanicalturk:SendBonus", True),
    ("mechanicalturk*", "mechanicalturk:SendBonus", False),
    ("*SendBonus", "mechanicalturk:SendBonus", False),
    ("s3:*", "mechanicalturk:SendBonus", False),
    ("mechanicalturk.SendBonus", "mechanicalturk:SendBonus", False),
    ("", "mechanicalturk:SendBonus", False),
)
"""(pattern, action, whether it is taken in)."""

EVERYTHING = (("*", True), ("***", True), ("", False), ("*:*", False), ("?", False), ("a*", False), ("*a", False))

RESOURCES = (
    ("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y", True),
    ("arn:aws:s3:::b/*", "arn:aws:s3:::B/x", False),
    ("arn:aws:s3:::b?", "arn:aws:s3:::bc", True),
    ("arn:aws:s3:::b?", "arn:aws:s3:::b", False),
    ("*", "", True),
    ("a+b", "aab", False),
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-formatting
TEMPLATES: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("", ()),
    ("plain", ("plain",)),
    ("${aws:username}", (Variable("aws:username", None),)),
    ("a${aws:UserName}b", ("a", Variable("aws:username", None), "b")),
    ("${a, 'b c'}", (Variable("a", "b c"),)),
    ("${a,''}", (Variable("a", ""),)),
    ("${*}${?}${$}", (Literal("*"), Literal("?"), Literal("$"))),
    ("${a}-${b}", (Variable("a", None), "-", Variable("b", None))),
    ("${unclosed", ("${unclosed",)),
    ("$", ("$",)),
    ("${a, b}", ("${a, b}",)),
)

KEYS = (("plain", ()), ("${AWS:Username}/${x, 'y'}${*}", ("aws:username", "x")), ("$aws:username", ()))
