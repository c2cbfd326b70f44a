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
from datetime import UTC, datetime
from pathlib import Path

from audit.frames.table import frame
from audit.frames.tables import TABLES
from audit.pipeline import AuditOptions, audit_snapshot
from audit.render.view import build_view
from audit.snapshot.reader import open_input

evidence = Path(os.environ.get("MTURK_AUDIT_EVIDENCE", "../snapshots/demo"))
result = audit_snapshot(open_input(evidence), AuditOptions(now=datetime.now(UTC)))
frames = {name: frame(table, result) for name, table in TABLES.items()}
print(build_view(result).verdict)

# %% [markdown]
# ## Who can do what
#
# One row a principal and privilege. `used` says what the evidence tells of the use: *not observed*, *not tracked* and
# *not collected* are three answers, and none of them is zero.

# %%
entitlements = frames["entitlements"]
entitlements.groupby(["risk_class", "verdict"], observed=True)["principal_arn"].nunique().unstack(fill_value=0)

# %% [markdown]
# ## Who can pay

# %%
pays = entitlements[entitlements["risk_class"] == "pays money"]
pays[["account_id", "principal_type", "principal_name", "action", "verdict", "policy", "statement", "conditions"]]

# %% [markdown]
# ## What to change first
#
# Findings by rule and severity.

# %%
findings = frames["findings"]
findings.groupby(["rule", "severity"], observed=True).size().unstack(fill_value=0)

# %% [markdown]
# ## How much of the question was answered

# %%
frames["coverage"][["account_id", "part", "state", "answered", "total", "detail"]]
