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
# # Who can pay
#
# Mechanical Turk pays through two privileges: `SendBonus`, any amount to a worker of the past six months, and
# `ApproveAssignment`, the reward that a HIT promised. IAM cannot limit the amount. Who holds one of them, by which
# statement, and could take another way to it?

# %%
import os

import audit

review = audit.load(os.environ.get("MTURK_AUDIT_EVIDENCE", "../snapshots/demo"))
entitlements = review.frames.entitlements
pays = entitlements[entitlements["risk_class"] == "pays money"]
print(f"{pays['principal_arn'].nunique()} of {len(review.frames.principals)} users, groups and roles can pay workers")

# %% [markdown]
# A conditional grant is one that some requests pass and others do not: the condition is beside it.

# %%
pays[
    ["account_id", "principal_type", "principal_name", "action", "verdict", "used", "policy", "statement", "conditions"]
]

# %% [markdown]
# ## By which statement
#
# One statement is one thing to change, however many hold it. The change that removes it stands in `review.findings`.

# %%
by_statement = pays.groupby(["account_id", "policy", "statement"], observed=True)["principal_arn"].nunique()
by_statement.sort_values(ascending=False).rename("principals").reset_index()

# %%
paying = review.findings.where(rule="can-pay-money")
paying

# %%
print(paying[0].fix if paying and paying[0].fix else "no finding of this rule has a policy change of its own")

# %% [markdown]
# ## Why one of them can
#
# Every policy of the principal, and what each statement does to the privilege.

# %%
example = pays.iloc[0] if len(pays) else None
review.explain(example["principal_arn"], example["action"]) if example is not None else "nobody can pay"

# %% [markdown]
# ## Who could not be evaluated
#
# They are none of the above, and not clean either.

# %%
review.frames.not_evaluated[["principal_arn", "action"]].head(20)

# %% [markdown]
# ## Who can become one of them
#
# By assuming a role, or another way. `review.path("somebody", "payroll-job")` draws the shortest one.

# %%
reach = review.result.reach
[(path.start, path.holder, path.hops, path.verdict.value) for path in reach.paths[:20]] if reach else "not worked out"
