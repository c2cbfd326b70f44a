"""`python -m benchmarks.accounts --roles 100000 --files 1 --seed 1 --out DIR`: invent accounts."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.accounts.folder import write_files, write_snapshot


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accounts", description="Invent AWS accounts.")
    parser.add_argument("--roles", type=int, default=1_000, help="altogether (1000)")
    parser.add_argument("--files", type=int, default=1, help="accounts to spread them over, one file each (1)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes (1)")
    parser.add_argument("--plain", action="store_true", help="write `<account>.json` files and no snapshot")
    parser.add_argument("--out", type=Path, required=True, help="a folder; it becomes a snapshot, or gets the files")
    options = parser.parse_args()
    try:
        write = write_files if options.plain else write_snapshot
        paths = write(options.out, roles=options.roles, files=options.files, seed=options.seed)
    except ValueError as error:
        parser.error(str(error))
    total = sum(path.stat().st_size for path in paths)
    print(f"{options.out}: {len(paths)} accounts, {options.roles} roles, {total / 1e6:.1f} MB; the first is {paths[0]}")


if __name__ == "__main__":
    main()
