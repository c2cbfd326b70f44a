"""PMapper's edges between the principals of one account: every kind that it finds without asking AWS.

It is asked as its own `graph create` asks, with nodes made from the file and with no functions, stacks, projects or
launch configurations, which no such file holds. Whom it takes for an administrator gets no edges there, so that nobody
is marked as one here. It prints kind, source, destination and reason of each edge.
"""

from __future__ import annotations

import sys

from benchmarks.peers.account_file import principals, question, read_account
from benchmarks.peers.principalmapper_node import node_of

# The node's module makes PMapper importable at all.
from principalmapper.graphing import (  # type: ignore[import-not-found]  # isort: skip  # in its own environment
    autoscaling_edges,
    cloudformation_edges,
    codebuild_edges,
    ec2_edges,
    iam_edges,
    lambda_edges,
    sagemaker_edges,
    ssm_edges,
    sts_edges,
)


def main() -> None:
    file, _ = question()
    nodes = [node_of(principal) for principal in principals(read_account(file)) if ":group/" not in principal.arn]
    for edges in (
        sts_edges.generate_edges_locally(nodes),
        iam_edges.generate_edges_locally(nodes),
        ec2_edges.generate_edges_locally(nodes),
        lambda_edges.generate_edges_locally(nodes, []),
        ssm_edges.generate_edges_locally(nodes),
        sagemaker_edges.generate_edges_locally(nodes),
        cloudformation_edges.generate_edges_locally(nodes, []),
        codebuild_edges.generate_edges_locally(nodes, codebuild_projects=[]),
        autoscaling_edges.generate_edges_locally(nodes, launch_configs=[]),
    ):
        for edge in edges:
            sys.stdout.write(f"{edge.short_reason}\t{edge.source.arn}\t{edge.destination.arn}\t{edge.reason}\n")


main()
