"""Unpacking alone, by the library that the product uses: `python -m benchmarks.trail.unpack FOLDER JOBS`."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from isal import isal_zlib

_GZIP = 31


def unpack(path: Path) -> int:
    return len(isal_zlib.decompress(path.read_bytes(), _GZIP))


def main() -> None:
    files, jobs = sorted(Path(sys.argv[1]).rglob("*.json.gz")), int(sys.argv[2])
    if jobs == 1:
        total = sum(map(unpack, files))
    else:
        with ProcessPoolExecutor(jobs) as pool:
            total = sum(pool.map(unpack, files, chunksize=64))
    print(f"{len(files)} files, {total} bytes")


if __name__ == "__main__":
    main()
