"""IAM and STS as moto's server speaks them: an implementation that nobody here wrote."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from audit.collect.collector import collect_snapshot
from audit.collect.interface import SilentProgress
from audit.snapshot.layout import SERVICE_LAST_ACCESSED
from audit.snapshot.reader import open_input
from tests.collect.company import company, policy
from tests.collect.fake_aws import serving
from tests.collect.running import FakeClock, options, unused_port

MOTO_ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """Moto's server in a process of its own, since its state is global."""
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    settings = os.environ | {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
    with subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield url
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when something listens on `port`."""
    for _ in range(600):
        assert process.poll() is None, "moto's server has ended"
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("moto's server did not start in a minute")


def test_what_was_made_in_iam_is_in_the_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moto: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    iam = boto3.client("iam", region_name="us-east-1")
    iam.create_account_alias(AccountAlias="moto-company")
    iam.create_group(GroupName="requesters")
    iam.attach_group_policy(GroupName="requesters", PolicyArn="arn:aws:iam::aws:policy/AmazonMechanicalTurkFullAccess")
    iam.create_user(UserName="payer", Tags=[{"Key": "owner", "Value": "finance"}])
    iam.put_user_policy(
        UserName="payer", PolicyName="pay", PolicyDocument=json.dumps(policy("mechanicalturk:SendBonus"))
    )
    iam.add_user_to_group(UserName="payer", GroupName="requesters")
    iam.create_role(
        RoleName="bounded",
        AssumeRolePolicyDocument=json.dumps(policy("sts:AssumeRole")),
        PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess",
    )
    with serving(company()) as turk:
        monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", turk)
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDTRAIL", turk)
        manifest = collect_snapshot(options(tmp_path / "snapshot"), progress=SilentProgress(), clock=FakeClock())
    assert {gap.source for gap in manifest.gaps} == {SERVICE_LAST_ACCESSED.source}, "moto has no Access Advisor"
    account = open_input(tmp_path / "snapshot").accounts[0]
    assert (account.account.account_id, account.account.alias) == (MOTO_ACCOUNT, "moto-company")
    authorization = account.authorization
    assert authorization is not None
    assert [(user.user_name, user.group_list) for user in authorization.user_detail_list] == [
        ("payer", ("requesters",))
    ]
    assert json.loads(bytes(authorization.user_detail_list[0].user_policy_list[0].policy_document)) == policy(
        "mechanicalturk:SendBonus"
    )
    arns = {each.arn for each in authorization.policies}
    assert "arn:aws:iam::aws:policy/AmazonMechanicalTurkFullAccess" in arns
    assert "arn:aws:iam::aws:policy/PowerUserAccess" in arns, "a boundary, listed or fetched"
