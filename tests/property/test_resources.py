"""On some resource: what all principals are told at once is what deciding every resource of a small world gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.evaluate.actions import ActionIndex
from audit.evaluate.control_policies import control_policies
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.explain import policy_set
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.known import KnownContexts
from audit.model.entitlement import Verdict
from audit.policy.decision import Request, decide
from tests.property.naive import Json
from tests.property.organizations import FULL, organization
from tests.property.worlds import ACCOUNT, account, as_bytes

ACTION = "s3:GetObject"
RESOURCES = tuple(f"arn:aws:s3:::{bucket}/{key}" for bucket in ("a", "b", "ab") for key in ("x", "y", "xy"))
PATTERNS = ("*", "arn:aws:s3:::*", "arn:aws:s3:::a/*", "arn:aws:s3:::b/*", "arn:aws:s3:::a*/x", "arn:aws:s3:::b/x*")


def statements(*effects: str) -> st.SearchStrategy[Json]:
    return st.builds(
        lambda effect, resources: {"Effect": effect, "Action": ACTION, "Resource": resources},
        st.sampled_from(effects),
        st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2),
    )


def documents(*effects: str) -> st.SearchStrategy[Json]:
    one = st.lists(statements(*effects), min_size=1, max_size=2)
    return one.map(lambda several: {"Version": "2012-10-17", "Statement": several})


@settings(max_examples=150)
@given(documents("Allow"), st.none() | documents("Allow"), documents("Allow"), st.booleans())
def test_allows_meet_where_one_resource_is_in_all(
    identity: Json, boundary: Json | None, scp: Json, bounded: bool
) -> None:
    """With one limit exactly; with two, each is held against the grant alone, so that more may be told."""
    full = as_bytes(FULL).decode()
    control = control_policies(organization([[full], [as_bytes(scp).decode() if bounded else full]]), ACCOUNT)
    # The second of two roles has the boundary.
    policies = AccountPolicies(account([[identity], [identity]], boundary), control)
    index = ActionIndex((ACTION,), formats={ACTION: ("arn:*:s3:::*/*",)})
    known = KnownContexts(policies, None, index)
    effective = EffectivePermissions(policies, index, known)
    for number, holder in enumerate(policies.holders):
        held = policy_set(policies, holder)
        requests = (Request(principal_arn=holder.arn, action=ACTION, resource=each, context={}) for each in RESOURCES)
        granted = any(decide(request, held).verdict is Verdict.ALLOW for request in requests)
        told = bool(effective.of(holder).allowed)
        both = bounded and boundary is not None and number == 1
        assert told == granted or (both and told)
