"""What no engine can go below, as processes of their own: `python -m benchmarks.floor nothing|bytes|envelope FILE…`.

`nothing` is the start of the interpreter with the imports of the others, `bytes` reads the files, and `envelope`
decodes them as the engine does, with the policy documents left as the bytes that they came in.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from audit.snapshot.authorization import decode_authorization


def main() -> None:
    what, *files = sys.argv[1:]
    # A floor has nothing in it that can be done without.
    gc.disable()
    roles = 0
    for file in files:
        if what == "nothing":
            continue
        raw = Path(file).read_bytes()
        if what == "envelope":
            roles += len(decode_authorization(raw, file).role_detail_list)
    print(f"{roles} roles")


if __name__ == "__main__":
    main()
