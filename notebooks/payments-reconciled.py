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
# # A quarter of payments, reconciled
#
# The list of payments tells who was paid, and not who paid. CloudTrail tells who called, and not whether money moved.
# Held against each other, each payment and each call is in exactly one row. MTURK_AUDIT_CLOUDTRAIL names a folder of
# the trail's log files, where the snapshot holds no events.

# %%
import os

import audit

evidence = os.environ.get("MTURK_AUDIT_EVIDENCE", "../snapshots/demo")
review = audit.load(evidence, cloudtrail=os.environ.get("MTURK_AUDIT_CLOUDTRAIL"))
activity = review.frames.activity
activity[activity["used"] != "not tracked"][["account_id", "action", "used", "count", "amount", "last_at", "note"]]

# %% [markdown]
# ## What was paid
#
# By week and, where events tell, by who paid, as far as it was collected. A week that was not collected is no week
# without payments.

# %%
review.charts.get("payments", "no account's payments were collected")

# %%
workers = review.frames.worker_payments
workers.sort_values("amount", ascending=False).head(10)

# %% [markdown]
# Workers are named by pseudonyms that this evidence alone gives; `audit.load(…, pseudonym_key=…)` takes a secret of
# yours, so that they are the same in every quarter.

# %%
total = sum(workers["amount"])
print(f"{workers['count'].sum()} bonuses to {len(workers)} workers, {total} US dollars")

# %% [markdown]
# ## How payments and calls fit together
#
# `matched`: a call stands behind the payment. `payment with no event`: made on the requester website, which CloudTrail
# does not see, or the logs lack the day. `event with no payment`: the HIT has left the listing, or the payment is not
# in it. Where this is empty, the evidence holds no events or no payments: nothing was reconciled, and nothing is
# said of it.

# %%
totals = review.frames.reconciliation_totals
totals[["account_id", "subject", "outcome", "count", "amount", "event_amount"]]

# %% [markdown]
# ## Who paid
#
# As the events tell, the largest sum first; what no event explains stands last, with nobody's name.

# %%
review.frames.principal_payments

# %% [markdown]
# ## What does not fit
#
# None of these is called a fraud: each has the reason that the evidence gives.

# %%
rows = review.frames.reconciliation
rows[rows["outcome"] != "matched"].head(20)

# %% [markdown]
# ## How far the evidence reaches

# %%
coverage = review.frames.coverage
coverage[coverage["state"] != "complete"][["account_id", "part", "state", "detail"]]
