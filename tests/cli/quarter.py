"""A whole quarter's review of the example company: what people do between the commands of QUARTER.md."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from audit.cli.demo import StandingClock, demo_settings
from audit.collect.collector import collect_snapshot
from audit.collect.interface import SilentProgress
from audit.demo.company import AS_OF, MANAGEMENT, example_company
from audit.demo.server import local_aws
from audit.model.snapshot import Window
from audit.snapshot.layout import AUTHORIZATION_DETAILS
from audit.snapshot.reader import read_manifest
from audit.snapshot.writer import canonical, write_file, write_manifest

DECIDED_ON = date(2026, 10, 6)
LATER = datetime(2027, 1, 5, 8, tzinfo=UTC)
NEXT_QUARTER = Window(since=datetime(2026, 10, 1, tzinfo=UTC), until=datetime(2027, 1, 1, tzinfo=UTC), label="2026-Q4")
DONE = "111122223333"
"""The account whose changes are made; those of the other one are forgotten."""
DECISIONS = {
    "MTurkReviewWork": ("revoke", "the labelling teams were dissolved"),
    "ReceiptCheckPayments": ("revoke", "nothing is left to be paid"),
    "MTurkRequesterFull": ("modify", "stays: GetHIT, ListHITs"),
    "MTurkPayBonuses": ("exception", "pays the last bonuses, see EX-7"),
}
KEY = "review-key.pem"


def collect_example(folder: Path) -> None:
    """The organization's evidence, as `mturk-audit demo` collects it."""
    with local_aws(example_company()) as aws, pytest.MonkeyPatch.context() as variables:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            variables.delenv(name)
        for name, value in aws.environment(MANAGEMENT).items():
            variables.setenv(name, value)
        collect_snapshot(demo_settings(folder), progress=SilentProgress(), clock=StandingClock(AS_OF))


def make_key(path: Path) -> None:
    """An Ed25519 key, as `openssl genpkey -algorithm ed25519` makes one."""
    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def fill_in(path: Path) -> None:
    """Decide every row of a worksheet, as a reviewer does in a spreadsheet."""
    book = openpyxl.load_workbook(path)
    sheet = book["Review"]
    heads = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
    for row in range(2, sheet.max_row + 1):
        choice, why = DECISIONS.get(str(sheet.cell(row, heads["Policy"]).value), ("keep", None))
        answers: dict[str, str | date | None] = {
            "Decision": choice,
            "Reviewer": "Rita Brandt",
            "Decided on": DECIDED_ON,
            "Justification": why,
        }
        for head, value in answers.items():
            sheet.cell(row, heads[head], value)
    book.save(path)


def next_snapshot(before: Path, after: Path, changes: Path) -> None:
    """The evidence of the next quarter: the changes of one account are made, and nothing else happened."""
    shutil.copytree(before, after)
    manifest, _ = read_manifest(after)
    told = json.loads(changes.read_bytes())
    (steps,) = [account["steps"] for account in told["accounts"] if account["account_id"] == DONE]
    path = after / AUTHORIZATION_DETAILS.path(DONE)
    details = json.loads(path.read_bytes())
    for step in steps:
        make_change(details, step)
    sha256 = write_file(path, [canonical(details)])
    files = tuple(
        msgspec.structs.replace(file, sha256=sha256) if file.path == AUTHORIZATION_DETAILS.path(DONE) else file
        for file in manifest.files
    )
    later = msgspec.structs.replace(manifest, files=files, window=NEXT_QUARTER, started_at=LATER, ended_at=LATER)
    write_manifest(after, later)


def make_change(details: dict[str, Any], step: dict[str, Any]) -> None:
    """What AWS does when the command of a step is run; of the kinds that this quarter has."""
    if step["kind"] == "new default version":
        (policy,) = [each for each in details["Policies"] if each["Arn"] == step["policy_arn"]]
        for version in policy["PolicyVersionList"]:
            if version["IsDefaultVersion"]:
                version["Document"] = step["document"]
        return
    assert step["kind"] == "detach managed policy"
    records = [*details["UserDetailList"], *details["GroupDetailList"], *details["RoleDetailList"]]
    (record,) = [each for each in records if each["Arn"] == step["owner_arn"]]
    kept = [each for each in record["AttachedManagedPolicies"] if each["PolicyArn"] != step["policy_arn"]]
    assert len(kept) < len(record["AttachedManagedPolicies"])
    record["AttachedManagedPolicies"] = kept


def change_a_byte(package: Path, mark: bytes) -> None:
    """Change one byte after a mark."""
    whole = package.read_bytes()
    place = whole.index(mark) + len(mark)
    package.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])


def tree(folder: Path) -> dict[str, str]:
    """The hash of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
