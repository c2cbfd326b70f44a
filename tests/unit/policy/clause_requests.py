"""Conditions of one clause where it is the request that matters: absent keys, several values, variables."""

from __future__ import annotations

from tests.unit.policy.clauses import MISSING, ROLE, Row

# Several values of one key are alternatives; of a negated operator none of them may match.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
ALTERNATIVES = (
    Row("StringNotEquals", ("a", "b"), "a", False),
    Row("StringNotEquals", ("a", "b"), "b", False),
    Row("StringNotEquals", ("a", "b"), "c", True),
    Row("StringNotLike", ("a*", "b*"), "bc", False),
    Row("StringNotEqualsIgnoreCase", ("a", "b"), "B", False),
    Row("NumericNotEquals", ("1", "2"), "2", False),
    Row("DateNotEquals", ("2026-01-01", "2026-01-02"), "2026-01-02", False),
    Row("NotIpAddress", ("10.0.0.0/8", "192.0.2.0/24"), "192.0.2.7", False),
    Row("NotIpAddress", ("10.0.0.0/8", "192.0.2.0/24"), "198.51.100.1", True),
    Row("IpAddress", ("10.0.0.0/8", "192.0.2.0/24"), "192.0.2.7", True),
    Row("NumericLessThan", ("1", "5"), "3", True),
    Row("Null", ("true", "false"), "a", True),
    Row("Null", ("true", "false"), MISSING, True),
)

_KINDS = (
    ("StringEquals", "StringNotEquals", "a"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "a"),
    ("StringLike", "StringNotLike", "a*"),
    ("ArnEquals", "ArnNotEquals", ROLE),
    ("ArnLike", "ArnNotLike", ROLE),
    ("NumericEquals", "NumericNotEquals", "1"),
    ("NumericLessThan", "", "1"),
    ("NumericLessThanEquals", "", "1"),
    ("NumericGreaterThan", "", "1"),
    ("NumericGreaterThanEquals", "", "1"),
    ("DateEquals", "DateNotEquals", "2026-01-01"),
    ("DateLessThan", "", "2026-01-01"),
    ("DateLessThanEquals", "", "2026-01-01"),
    ("DateGreaterThan", "", "2026-01-01"),
    ("DateGreaterThanEquals", "", "2026-01-01"),
    ("Bool", "", "true"),
    ("BinaryEquals", "", "QQ=="),
    ("IpAddress", "NotIpAddress", "10.0.0.0/8"),
)

# A key that the request has not got: a positive operator does not hold, a negated one and …IfExists do; of the set
# operators ForAllValues holds and ForAnyValue does not.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
ABSENT = tuple(
    row
    for positive, negated, wanted in _KINDS
    for row in (
        Row(positive, wanted, MISSING, False),
        Row(f"{positive}IfExists", wanted, MISSING, True),
        Row(f"ForAllValues:{positive}", wanted, MISSING, True),
        Row(f"ForAnyValue:{positive}", wanted, MISSING, False),
        Row(f"ForAnyValue:{positive}IfExists", wanted, MISSING, True),
        Row(f"ForAnyValue:{positive}", wanted, (), False),
        Row(f"ForAllValues:{positive}", wanted, (), True),
        *(
            (
                Row(negated, wanted, MISSING, True),
                Row(f"{negated}IfExists", wanted, MISSING, True),
                Row(f"ForAllValues:{negated}", wanted, MISSING, True),
                Row(f"ForAnyValue:{negated}", wanted, MISSING, False),
            )
            if negated
            else ()
        ),
    )
)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null
PRESENCE = (
    Row("Null", "true", MISSING, True),
    Row("Null", "true", "a", False),
    Row("Null", "false", MISSING, False),
    Row("Null", "false", "a", True),
    Row("Null", "True", MISSING, True),
    Row("Null", "FALSE", "a", True),
    Row("Null", " true ", MISSING, True),
    Row("Null", "true", (), True),
    Row("Null", "false", (), False),
    Row("Null", "false", ("a", "b"), True),
    Row("Null", "false", "", True),
)

# …IfExists changes nothing where the key is there.
PRESENT = (
    Row("StringEqualsIfExists", "a", "a", True),
    Row("StringEqualsIfExists", "a", "b", False),
    Row("StringNotEqualsIfExists", "a", "a", False),
    Row("BoolIfExists", "true", "false", False),
    Row("IpAddressIfExists", "10.0.0.0/8", "192.0.2.7", False),
    Row("NumericLessThanIfExists", "10", "11", False),
    Row("ForAllValues:StringEqualsIfExists", "a", ("a", "b"), False),
    Row("ForAnyValue:StringEqualsIfExists", "a", ("b", "c"), False),
)

# Set operators: every value of the request, or some value, against the policy's alternatives.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
SETS = (
    Row("ForAllValues:StringEquals", ("a", "b"), ("a", "b"), True),
    Row("ForAllValues:StringEquals", ("a", "b"), ("b",), True),
    Row("ForAllValues:StringEquals", ("a", "b"), ("a", "c"), False),
    Row("ForAllValues:StringEquals", "a", "a", True),
    Row("ForAllValues:StringEquals", "a", "b", False),
    Row("ForAnyValue:StringEquals", ("a", "b"), ("b", "c"), True),
    Row("ForAnyValue:StringEquals", ("a", "b"), ("c", "d"), False),
    Row("ForAnyValue:StringEquals", "a", "a", True),
    Row("ForAnyValue:StringEquals", "a", "b", False),
    Row("ForAllValues:StringNotEquals", ("a", "b"), ("c", "d"), True),
    Row("ForAllValues:StringNotEquals", ("a", "b"), ("a", "c"), False),
    Row("ForAnyValue:StringNotEquals", ("a", "b"), ("a", "c"), True),
    Row("ForAnyValue:StringNotEquals", ("a", "b"), ("a", "b"), False),
    Row("ForAllValues:StringLike", "a*", ("ab", "ac"), True),
    Row("ForAllValues:StringLike", "a*", ("ab", "bc"), False),
    Row("ForAnyValue:NumericGreaterThan", "5", ("1", "9"), True),
    Row("ForAllValues:NumericGreaterThan", "5", ("1", "9"), False),
    Row("ForAnyValue:ArnLike", "arn:aws:iam::*:role/*", ("x", ROLE), True),
    # Without a set operator a key with several values matches nothing, in either direction.
    Row("StringEquals", "a", ("a",), False),
    Row("StringEquals", ("a", "b"), ("a", "b"), False),
    Row("StringNotEquals", "a", ("b", "c"), False),
    Row("StringEqualsIfExists", "a", ("a",), False),
)

_NAMED = {"aws:username": "jane", "aws:PrincipalTag/team": "a*"}

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
VARIABLES = (
    Row("StringEquals", "${aws:username}", "jane", True, _NAMED),
    Row("StringEquals", "${AWS:UserName}", "jane", True, _NAMED),
    Row("StringEquals", "${ aws:username }", "jane", True, _NAMED),
    Row("StringEquals", "x-${aws:username}-y", "x-jane-y", True, _NAMED),
    Row("StringEquals", "${aws:username}", "${aws:username}", False, _NAMED),
    Row("StringEquals", "${aws:username}${aws:username}", "janejane", True, _NAMED),
    Row("StringLike", ("x", "${aws:username}*"), "jane-1", True, _NAMED),
    Row("StringNotLike", ("x", "${aws:username}*"), "jane-1", False, _NAMED),
    Row("StringEqualsIgnoreCase", "${aws:username}", "JANE", True, _NAMED),
    # A variable that the request cannot fill matches nothing, so a negated operator holds.
    Row("StringEquals", "${aws:absent}", "jane", False, _NAMED),
    Row("StringEquals", "${aws:absent}", "", False, _NAMED),
    Row("StringEquals", "${aws:absent}", "None", False, _NAMED),
    Row("StringNotEquals", "${aws:absent}", "jane", True, _NAMED),
    Row("StringLike", "${aws:absent}*", "jane", False, _NAMED),
    # Unless it has a default.
    Row("StringEquals", "${aws:absent, 'john'}", "john", True, _NAMED),
    Row("StringEquals", "${aws:absent,'john'}", "john", True, _NAMED),
    Row("StringEquals", "${aws:absent, ''}", "", True, _NAMED),
    Row("StringEquals", "${aws:username, 'john'}", "jane", True, _NAMED),
    Row("StringEquals", "${aws:username, 'john'}", "john", False, _NAMED),
    # A key with several values cannot stand in a variable.
    Row("StringEquals", "${aws:keys}", "a", False, {"aws:keys": ("a",)}),
    # Wildcards around a variable are wildcards, those inside its value are not.
    Row("StringLike", "${aws:username}-*", "jane-x", True, _NAMED),
    Row("StringLike", "${aws:PrincipalTag/team}", "a*", True, _NAMED),
    Row("StringLike", "${aws:PrincipalTag/team}", "ab", False, _NAMED),
    Row("StringLike", "${aws:PrincipalTag/team}*", "a*b", True, _NAMED),
    Row("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::111122223333:user/jane", True, _NAMED),
    Row("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::111122223333:user/john", False, _NAMED),
    Row("ArnLike", "arn:aws:iam::*:user/${aws:PrincipalTag/team}", "arn:aws:iam::1:user/ab", False, _NAMED),
    Row("NumericLessThan", "${aws:limit}", "5", True, {"aws:limit": "10"}),
    Row("NumericLessThan", "${aws:limit}", "50", False, {"aws:limit": "10"}),
    # Escapes.
    Row("StringLike", "${*}", "*", True),
    Row("StringLike", "${*}", "a", False),
    Row("StringLike", "a${?}", "a?", True),
    Row("StringLike", "a${?}", "ab", False),
    Row("StringEquals", "${$}{aws:username}", "${aws:username}", True, _NAMED),
    Row("StringEquals", "${*}", "*", True),
    # The older version knows no variables.
    Row("StringEquals", "${aws:username}", "jane", False, _NAMED, "2008-10-17"),
    Row("StringEquals", "${aws:username}", "${aws:username}", True, _NAMED, "2008-10-17"),
    Row("StringLike", "${*}", "${anything}", True, {}, "2008-10-17"),
    Row("StringEquals", "$aws:username", "$aws:username", True, _NAMED),
)

BY_REQUEST = (*ALTERNATIVES, *ABSENT, *PRESENCE, *PRESENT, *SETS, *VARIABLES)
