"""Reading a TOML file of tables under one name, strictly: what nobody understands must not be passed over."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from audit.model.error import InputError


class TomlTables(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was read."""

    sha256: str
    tables: list[Any]
    """What stands under the name, in the order of the file; each is to be looked at before it is used."""


def read_tables(path: Path, name: str, *, what: str, one: str, option: str) -> TomlTables:
    """Read the tables `[[name]]`; none where the file has none.

    `what` the file is and `one` of its tables are for messages, `option` is how it was given. Raises InputError where
    it cannot be read, or holds anything else.
    """
    import tomllib

    try:
        raw = path.read_bytes()
        content = tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{what} `{path}` cannot be read ({reason}); name another file with {option}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{what} `{path}` cannot be read as TOML ({error}); mend the file") from error
    unknown = sorted(set(content) - {name})
    if unknown:
        raise InputError(f"`{path}`: `{unknown[0]}` is not known; {one} is written under [[{name}]]")
    tables = content.get(name, [])
    if not isinstance(tables, list):
        raise InputError(f"`{path}`: `{name}` is one table; write {one} under [[{name}]], in double brackets")
    return TomlTables(sha256=hashlib.sha256(raw).hexdigest(), tables=tables)
