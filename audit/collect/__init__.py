"""Collecting evidence from AWS into a snapshot: the only package that speaks to the network.

The way: `collector.collect_snapshot` asks who it is, opens the snapshot, and runs the collectors of the account one
after the other. A collector is one file: a dumb get and a pure transform. What all of them need is written once:
`api` (rate, retry, errors), `paging`, `listing` (resumable pages), `journal` (checkpoints) and `store` (the files).
"""
