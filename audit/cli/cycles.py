"""Python's collector of cycles, held back: the records of an audit hold none, and looking for some took a fifth."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collections() -> Iterator[None]:
    """Look for no cycles in this block, and afterwards only among what is made then."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
