"""PMapper: one local check a principal and action, with Deny, boundaries, and conditions on a context that is empty.

It gathers from AWS itself and reads no file, so its nodes are made from the file here; groups are no principals to it.
Its graph of who reaches whom is left out: only the answer to the question is measured.
"""

from __future__ import annotations

from benchmarks.peers.account_file import answer, principals, question, read_account
from benchmarks.peers.principalmapper_node import node_of

# The node's module makes PMapper importable at all.
from principalmapper.querying.query_interface import (  # type: ignore[import-not-found]  # isort: skip  # in its own environment
    local_check_authorization_full,
)


def main() -> None:
    file, actions = question()
    for principal in principals(read_account(file)):
        if ":group/" in principal.arn:
            continue
        node = node_of(principal)
        for action in actions:
            if local_check_authorization_full(node, action, "*", {}):
                answer(principal.arn, action)


main()
