"""`entitlements`: who may use what, as data."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.cli.evidence import account, allow, policy, saved, user
from tests.cli.process import mturk_audit


def test_csv_json_and_count_agree(tmp_path: Path) -> None:
    from_office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    path = saved(
        tmp_path,
        account(
            user("payer", policy(allow("mechanicalturk:SendBonus", "mechanicalturk:ApproveAssignment"))),
            user("careful", policy(allow("mechanicalturk:SendBonus", Condition=from_office))),
        ),
    )
    ended = mturk_audit("entitlements", path)
    rows = list(csv.DictReader(ended.out.splitlines()))
    told = json.loads(mturk_audit("entitlements", path, "--format", "json").out)
    pairs = [(row["principal_name"], row["action"], row["verdict"]) for row in rows]
    assert pairs == [(row["principal_name"], row["action"], row["verdict"]) for row in told]
    assert ("payer", "mechanicalturk:SendBonus", "allow") in pairs
    counts = dict(line.split() for line in mturk_audit("entitlements", path, "--format", "count").out.splitlines())
    assert int(counts["allow"]) == sum(verdict == "allow" for _, _, verdict in pairs)
    assert int(counts["conditional"]) == sum(verdict == "conditional" for _, _, verdict in pairs)


def test_every_row_is_confirmed_by_explain(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        account(
            user("payer", policy(allow("mechanicalturk:Send*", "mechanicalturk:Approve?ssignment"))),
            user("careful", policy(allow("mechanicalturk:DeleteHIT", Condition={"Null": {"aws:userid": "true"}}))),
        ),
    )
    rows = csv.DictReader(mturk_audit("entitlements", path).out.splitlines())
    for row in rows:
        told = mturk_audit("explain", path, row["principal_arn"], row["action"], "--format", "json")
        assert json.loads(told.out)["verdict"] == row["verdict"]


def test_what_is_not_evaluated_is_told_and_gives_3(tmp_path: Path) -> None:
    ended = mturk_audit("entitlements", saved(tmp_path, account(user("broken", "{"))), "--format", "count")
    assert ended.code == 3
    assert "1 of 1 principals are not fully evaluated" in ended.err
    assert int(dict(line.split() for line in ended.out.splitlines())["not_evaluated"]) == 39
