"""PMapper's edges between the principals of one account: by sts:AssumeRole, and by writing to IAM.

It is asked as its own `graph create` asks, with nodes made from the file; whom it takes for an administrator gets no
edges there, so that nobody is marked as one here.
"""

from __future__ import annotations

import sys

from benchmarks.peers.account_file import principals, question, read_account
from benchmarks.peers.principalmapper_node import node_of

# The node's module makes PMapper importable at all.
from principalmapper.graphing import iam_edges, sts_edges  # type: ignore[import-not-found]  # isort: skip  # in its own environment


def main() -> None:
    file, _ = question()
    nodes = [node_of(principal) for principal in principals(read_account(file)) if ":group/" not in principal.arn]
    for edges in (sts_edges.generate_edges_locally(nodes), iam_edges.generate_edges_locally(nodes)):
        for edge in edges:
            sys.stdout.write(f"{edge.short_reason}\t{edge.source.arn}\t{edge.destination.arn}\n")


main()
