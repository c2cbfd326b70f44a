"""`python -m benchmarks.ask_reach FILE`: the graph of one account and all pairs to the paying privileges, timed apart.

Decoding, parsing and compiling policies and answering for every principal are evaluation, and come before; building the
graph and asking it is what is measured. It prints one line: roles, holders, principals that reach one, nodes, edges,
seconds of CPU for building and asking, and bytes of the peak.
"""

from __future__ import annotations

import gc
import resource
import sys
from pathlib import Path
from time import process_time

from audit.catalog.load import load_profile
from audit.evaluate.actions import ActionIndex
from audit.evaluate.control_policies import NOT_READ
from audit.evaluate.effective import EffectivePermissions
from audit.evaluate.evaluators import AccountEvaluators
from audit.evaluate.holders import AccountPolicies
from audit.evaluate.known import KnownContexts
from audit.evaluate.policy_text import ShownDocuments
from audit.evaluate.reach import ReachBook
from audit.snapshot.authorization import decode_authorization
from benchmarks.accounts.account import NOW


def main() -> None:
    path = Path(sys.argv[1])
    # As the commands do: nothing here is garbage before the end.
    gc.disable()
    details = decode_authorization(path.read_bytes(), path.name)
    policies = AccountPolicies(details)
    profile = load_profile()
    index = ActionIndex((one.action for one in profile.privileges), regions=profile.regions)
    evaluator = EffectivePermissions(policies, index, KnownContexts(policies, NOW, index))
    watched = EffectivePermissions(policies, ActionIndex(()), KnownContexts(policies, NOW, ActionIndex(())))
    account = AccountEvaluators(account_id=path.stem, service=evaluator, watched=watched, control=NOT_READ)
    book = ReachBook([account], profile, NOW, "", {}, ShownDocuments())
    for actor in book.population.actors:
        book.held(actor)
        actor.account.evaluator.of(actor.holder)
        if actor.role is not None:
            policies.trust(actor.role)
    started = process_time()
    book.build()
    built = process_time()
    ways = book.ways_to(book.paying)
    goals = sorted(ways.goals)
    reached = book.graph.collected({goal: 1 << place for place, goal in enumerate(goals)})
    ended = process_time()
    reaching = sum(bool(reached[actor.id]) and actor.id not in ways.goals for actor in book.population.actors)
    pairs = sum(reached[actor.id].bit_count() for actor in book.population.actors)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"{len(details.role_detail_list)} roles, {len(goals)} holders, {reaching} reach one, {pairs} pairs, "
        f"{len(book.graph)} nodes, {book.graph.edge_count()} edges, build {built - started:.3f} s, "
        f"ask {ended - built:.3f} s, peak {peak / 1e6:.0f} MB"
    )


if __name__ == "__main__":
    main()
