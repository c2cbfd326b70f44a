# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---


# %% [markdown]
# # Writing a rule of your own
#
# A rule is two things: `INFO`, which says what it finds and what to do about it, and `check(context)`, which yields a
# finding for each cause. The rules in `audit/rules/` are made the same way; what they see is
# `audit.rules.interface.RuleContext`. This one finds users that hold privileges and have no owner in their tags.

# %%
import os
from collections.abc import Iterator
from types import SimpleNamespace

import audit
from audit.model.finding import Confidence, Finding, RuleInfo
from audit.model.principal import PrincipalType
from audit.model.privilege import Severity
from audit.rules.interface import RuleContext

# %% [markdown]
# ## What it says of itself
#
# `identity` names the fields that make a finding the same one next quarter. Leave out what changes: the number of
# principals, the title, a position in a list.

# %%
INFO = RuleInfo(
    id="user-without-owner",
    title="Users that hold privileges and have no owner",
    severity=Severity.LOW,
    description="Nobody answers for such a user in a review, since its tags name no owner.",
    remediation="Ask who uses it, and write that person into the tag `owner`; or take its privileges away.",
    false_positive="It does not apply where owners are kept in another register.",
    identity=("account", "principal"),
)

# %% [markdown]
# ## What it looks at
#
# `context.entitlements` holds what each principal may do, `context.principals` who it is. What could not be evaluated
# is there too, with a verdict of its own: say so in the finding, and never take it for clean.


# %%
def check(context: RuleContext) -> Iterator[Finding]:
    for arn, principal in context.principals.items():
        held = context.entitlements.get(arn, {}).keys() & context.privileges.keys()
        owned = any(name.lower() == "owner" for name, _ in principal.tags)
        if principal.type is PrincipalType.USER and held and not owned:
            yield Finding(
                rule=INFO.id,
                title=f"{principal.name} holds {len(held)} privileges and has no owner",
                severity=INFO.severity,
                confidence=Confidence.HIGH,
                confidence_reason="Tags and policies are those of the evidence.",
                account_id=context.account_id,
                subjects=(arn,),
                privileges=tuple(sorted(held)),
                identity=(("account", context.account_id), ("principal", principal.unique_id or arn)),
            )


rule = SimpleNamespace(INFO=INFO, check=check)

# %% [markdown]
# ## Run it by itself

# %%
evidence = os.environ.get("MTURK_AUDIT_EVIDENCE", "../snapshots/demo")
review = audit.load(evidence)
mine = review.check(rule)
mine

# %% [markdown]
# The same evidence gives the same fingerprints: this is what the next review compares by.

# %%
print([finding.fingerprint for finding in mine] == [finding.fingerprint for finding in review.check(rule)])

# %% [markdown]
# ## Run it with the others
#
# All formats then tell its findings too. A rule for everybody goes into `audit/rules/`: CONTRIBUTING says how.

# %%
both = audit.load(evidence, rules=[rule])
print(len(review.findings), "findings,", len(both.findings), "with the rule;", ", ".join(both.render("sarif")))
