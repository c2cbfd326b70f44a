"""Collecting evidence from AWS into a snapshot: the only package that speaks to the network.

The way: `collector.collect_snapshot` asks who it is, opens the snapshot, reads the organization, and runs the
collectors (`plan`) of each account one after the other, accounts side by side. A collector is one file: a dumb get and
a pure transform. What all of them need is written once: `api` (rate, retry, errors), `in_flight` (how many calls at
once), `paging`, `listing` and `questions` (resumable pages), `journal` (checkpoints) and `store` (the files).
"""
