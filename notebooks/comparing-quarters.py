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
# # Comparing two quarters
#
# What came, what went, and which change of a policy is behind it. MTURK_AUDIT_EARLIER names the evidence of the
# earlier quarter, MTURK_AUDIT_EVIDENCE that of the present one.

# %%
import os

import audit

now = audit.load(os.environ.get("MTURK_AUDIT_EVIDENCE", "../snapshots/demo"))
earlier = audit.load(os.environ.get("MTURK_AUDIT_EARLIER", "../snapshots/demo"))
changes = now.compare(earlier)
print(changes)

# %% [markdown]
# What weakens the comparison stands first: other accounts, other rules, evidence that is missing on one side. What the
# present evidence does not show is never called resolved.

# %%
changes

# %% [markdown]
# ## Who came and who went
#
# Told apart by unique id: a role that was deleted and made again is another one.

# %%
[(change.change.value, change.principal_arn, change.recreated) for change in changes.principals][:30]

# %% [markdown]
# ## Which privileges moved
#
# With the policy that was changed, attached or detached.

# %%
[
    (row.principal_arn, row.action, row.earlier and row.earlier.value, row.now and row.now.value, row.because)
    for row in changes.entitlements
][:30]

# %% [markdown]
# ## How many principals hold each class of risk, then and now

# %%
then_and_now = {
    name: review.frames.entitlements.groupby("risk_class", observed=True)["principal_arn"].nunique()
    for name, review in (("then", earlier), ("now", now))
}
(then_and_now["now"] - then_and_now["then"]).rename("difference").reset_index()
