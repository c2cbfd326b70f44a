"""`python -m benchmarks`: measure the engine against its floor and its peers, side by side in one run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import page, plan, reach, reach_agree
from benchmarks.contest import Contestant, compete
from benchmarks.engine import OURS, engine
from benchmarks.peers.install import PEERS
from benchmarks.places import FOLDER, environment
from benchmarks.report import files_report, growth_report, measured, peers_report, sizes_report, targets_report
from benchmarks.targets import MILLION, REPORT_ROLES, million_targets, targets

PATIENCE = 60.0
"""Seconds after which a contestant is not asked once more."""
QUICK_PATIENCE = 10.0
"""The same with `--quick`."""
LIMIT = 1800.0
"""Seconds after which a contestant is given up."""

DESCRIPTION = """\
Measure `mturk-audit entitlements` against what no engine can go below and against other tools, on the same file
and question. Every run is a process of its own; they take turns; times are medians, CPU time is user and system
time. Accounts and tools lie in build/bench/. All sizes and tools take about 20 minutes; `--quick` takes 2.
"""


def main() -> None:
    options = _options()
    tell = partial(print, file=sys.stderr, flush=True)
    names = [name for name in options.peers.split(",") if name and name != "none"]
    chosen = [peer for peer in PEERS if peer.name in names]
    asked, missing = plan.peers(options.folder, chosen, roles=options.peer_roles, seed=options.seed, tell=tell)
    tell("inventing accounts")
    own = plan.one_file(options.folder, options.sizes, options.seed)
    if REPORT_ROLES in options.sizes:
        own += plan.reports(options.folder, REPORT_ROLES, options.seed)
    beside = _beside_peers(options) if chosen and options.peer_roles not in options.sizes else []
    many = plan.many_files(options.folder, (10_000, 100_000, MILLION), options.seed) if options.million else []
    with TemporaryDirectory(prefix="bench-") as folder:
        outcomes = compete(
            [*own, *beside, *many, *asked],
            rounds=options.rounds,
            patience=options.patience,
            limit=LIMIT,
            environment=environment(),
            folder=Path(folder),
            tell=tell,
        )
    single = {one: outcomes[one] for one in own}
    _print(sizes_report(single))
    if many:
        _print(files_report(outcomes, many))
    _print(growth_report(single))
    if chosen:
        (ours,) = (outcomes[one] for one in [*own, *beside] if one[:2] == (OURS, options.peer_roles))
        _print(peers_report({one: outcomes[one] for one in asked} | missing, ours, options.peer_roles))
    tell("asking who can become whom")
    sizes = tuple(size for size in reach.SIZES if size <= options.sizes[-1])
    asked_reach = reach.ask(options.folder, options.seed, sizes)
    _print(reach.reach_report(asked_reach))
    tell("opening reports")
    opened = _opened(options)
    _print(page.page_report(opened))
    if any(peer.name == "principalmapper" for peer in chosen):
        _print(reach_agree.report(options.folder, options.seed, quick=options.quick))
    reached = list(targets(measured({one: outcome for one, outcome in outcomes.items() if one not in many})))
    reached += million_targets(measured({one: outcomes[one] for one in many}), outcomes[own[0]].cpu)
    reached += reach.reach_targets(asked_reach)
    reached += page.page_targets(opened)
    _print(targets_report(reached))


def _beside_peers(options: argparse.Namespace) -> list[Contestant]:
    """The engine on the account whose file the peers get."""
    found = plan.accounts(options.folder, roles=options.peer_roles, files=1, seed=options.seed)
    return [engine(OURS, found.folder, options.peer_roles)]


def _opened(options: argparse.Namespace) -> list[page.PageTimes]:
    """The reports in the browser; nothing where there is none."""
    try:
        return page.ask(
            options.folder, options.seed, tuple(size for size in page.OPENS_IN if size <= options.sizes[-1])
        )
    except page.NoBrowserError as error:
        print(f"NOT MEASURED: the page in Chromium: {error}", file=sys.stderr)
        return []


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _options() -> argparse.Namespace:
    names = ",".join(peer.name for peer in PEERS)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of roles (%(default)s)")
    parser.add_argument("--peers", default=names, help="`none`, or some of %(default)s")
    parser.add_argument("--peer-roles", type=int, default=1_000, help="that the peers are asked about (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each, but of the slowest (%(default)s)")
    parser.add_argument("--million", action="store_true", help="also a million roles in a thousand files (2 GB)")
    parser.add_argument("--quick", action="store_true", help="sizes 1000 and 10000, peers on 100 roles, 3 rounds")
    parser.add_argument("--seed", type=int, default=1, help="of the accounts (%(default)s)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="for accounts and peers (%(default)s)")
    options = parser.parse_args()
    options.folder, options.patience = options.folder.resolve(), PATIENCE
    if options.quick:
        options.sizes, options.peer_roles, options.rounds, options.patience = "1000,10000", 100, 3, QUICK_PATIENCE
    try:
        options.sizes = sorted({int(size) for size in options.sizes.split(",")})
    except ValueError:
        parser.error(f"`{options.sizes}` is no list of numbers; write --sizes 1000,10000")
    if options.sizes[0] < 2 or options.peer_roles < 1 or options.rounds < 1:
        parser.error("a size is at least 2, and there is at least one role for the peers and one round")
    unknown = sorted({*options.peers.split(",")} - {*names.split(","), "none", ""})
    if unknown:
        parser.error(f"`{unknown[0]}` is none of {names}")
    return options


if __name__ == "__main__":
    main()
