"""cloudsplaining: the actions that a principal's policies allow.

It takes no account of permissions boundaries and of Deny statements in another policy than the Allow, and settles no
condition. What it is known for, its report of risks, is left out: only the answer to the question is measured.
"""

from __future__ import annotations

from cloudsplaining.scan.authorization_details import AuthorizationDetails  # type: ignore[import-not-found]  # not installed here

from benchmarks.peers.account_file import answer, question, read_account


def main() -> None:
    file, actions = question()
    account = AuthorizationDetails(read_account(file))
    holders = (
        *((user, "arn") for user in account.user_detail_list.users),
        *((group, "arn") for group in account.group_detail_list.groups),
        *((role, "arn") for role in account.role_detail_list.roles),
    )
    for holder, attribute in holders:
        allowed = set(holder.all_allowed_actions)
        for action in actions:
            if action in allowed:
                answer(getattr(holder, attribute), action)


main()
