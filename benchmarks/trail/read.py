"""Our reading of a quarter: `python -m benchmarks.trail.read FOLDER JOBS DAYS`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit.cloudtrail.folder import TrailFolder
from audit.cloudtrail.gathering import Sought
from audit.cloudtrail.reading import read_folder
from benchmarks.trail.generate import ACCOUNT, FIRST


def main() -> None:
    folder, jobs, days = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    since = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    gathering = read_folder(TrailFolder(folder), Sought(ACCOUNT, since, since + timedelta(days=days)), jobs)
    print(f"{gathering.files} files, {len(gathering.events)} events")


if __name__ == "__main__":
    main()
