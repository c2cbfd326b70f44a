"""What no tracked file may hold, and what each must."""

from __future__ import annotations

import re
import tokenize
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.meta.tree import PROJECT, tracked_files, tracked_texts

LONGEST = 400
LONG_FILES: dict[str, str] = {}
"""Source files that are longer, each with its reason."""

# Put together from pieces, so that this file does not hold what it forbids.
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.$}])/(?:" + "|".join(("work", "root", "home")) + r")/"),
    "the host of a package registry": re.compile(
        "|".join(
            ("py" r"pi\.org", "python" r"hosted", "npm" r"js\.(?:org|com)", "deb" r"\.debian\.org", "/opt/" r"pypi")
        )
    ),
    "unfinished work": re.compile("|".join((r"\bTO" r"DO\b", r"\bFIX" r"ME\b", "NotImplemente[d]Error"))),
}


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_tracked_file_holds(kind: str) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in tracked_texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if FORBIDDEN[kind].search(line)
    ]
    assert not found, f"{kind}: " + "\n".join(found)


def test_long_files_have_a_reason() -> None:
    """A file that outgrows a few screens usually has two reasons to exist."""
    long = {str(path) for path, text in tracked_texts(".py", ".js", ".css", ".j2") if text.count("\n") > LONGEST}
    assert long == set(LONG_FILES)


def _comments(text: str) -> Iterator[tokenize.TokenInfo]:
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token


def test_every_silenced_warning_says_why() -> None:
    """`# noqa: S310 - the scheme is checked above`: a code, then a reason."""
    silenced = re.compile(
        r"#\s*(?:noqa|type:\s*ignore)\b(?P<code>(?:\[[\w, -]+\]|:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?)(?P<reason>.*)"
    )
    without = []
    for path, text in tracked_texts(".py"):
        for token in _comments(text):
            match = silenced.search(token.string)
            if match and (not match["code"] or len(match["reason"].strip(" #-:\u2013,")) < 8):
                without.append(f"{path}:{token.start[0]}: {token.string}")
    assert not without, "\n".join(without)


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    """Only a conftest.py may skip, for what a machine cannot run; in CI that fails too."""
    marks = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)")
    found = [
        str(path)
        for path, text in tracked_texts(".py")
        if marks.search(text) and path.name != "conftest.py" and path.parent != Path("tests/meta")
    ]
    assert not found


def test_every_package_folder_is_in_the_wheel() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {path.parent for path in tracked_files() if path.parts[0] == "audit"}
    expected = {".".join(folder.parts) for folder in folders} | {"audit.templates"}
    assert settings["tool"]["setuptools"]["packages"] == sorted(expected)


def test_the_lock_holds_every_dependency_with_hashes() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    locked_extras = ("demo", "notebook", "parquet", "sign")
    wanted = [
        *project["dependencies"],
        *settings["dependency-groups"]["dev"],
        *(line for extra in locked_extras for line in project["optional-dependencies"][extra]),
    ]
    text = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.findall(
        r"^([\w.\[\],-]+)==([^ ;\\]+)[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.M
    )
    locked = {canonicalize_name(name.partition("[")[0]): version for name, version, _ in blocks}
    assert len(blocks) == len(re.findall(r"^[a-z0-9]", text, re.M | re.I)), "an entry has no hash"
    for line in wanted:
        requirement = Requirement(line)
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in requirements.lock; run `make lock`"
        assert requirement.specifier.contains(version, prereleases=True), f"{line}, but {version} is locked"
    assert "://" not in text, "the lock names no index"
