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
# # A first look at a snapshot
#
# `make demo` collects an invented company into `snapshots/demo`. Any snapshot will do here, and so will a file that
# `aws iam get-account-authorization-details` printed: name it in the variable MTURK_AUDIT_EVIDENCE.

# %%
import os

import audit

review = audit.load(os.environ.get("MTURK_AUDIT_EVIDENCE", "../snapshots/demo"))
print(review.verdict)

# %% [markdown]
# What was asked, of which evidence, and what has no answer. A mark (!) keeps a review from being called complete.

# %%
review

# %% [markdown]
# ## The tables
#
# Each is a pandas DataFrame: `review.frames.entitlements`, or `review.frames["entitlements"]`.

# %%
review.frames

# %% [markdown]
# ## Who can do what
#
# One row a principal and privilege. `used` says what the evidence tells of the use: *not observed*, *not tracked* and
# *not collected* are three answers, and none of them is zero.

# %%
entitlements = review.frames.entitlements
entitlements.groupby(["risk_class", "verdict"], observed=True)["principal_arn"].nunique().unstack(fill_value=0)

# %%
review.charts["privileges"]

# %% [markdown]
# ## What to change first
#
# The findings, the most severe first; then their number by rule and severity.

# %%
review.findings[:10]

# %%
findings = review.frames.findings
findings.groupby(["rule", "severity"], observed=True).size().unstack(fill_value=0)

# %% [markdown]
# ## How much of the question was answered

# %%
review.frames.coverage[["account_id", "part", "state", "answered", "total", "detail"]]
