"""The commands do what the steps say, whatever the names are; a text of Terraform ends where it should."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import msgspec
import pytest

from audit.evaluate.revocation_record import AccountRevocation, Remaining, RevocationStep, StepKind, Unresolved
from audit.render.revocation_aws_cli import commands, render_aws_cli
from audit.render.revocation_terraform import quoted, render_terraform
from audit.review.revocations import Revocations

ACCOUNT = "111122223333"
DOCUMENT = msgspec.Raw(
    b'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",'
    b'"Resource":"arn:aws:s3:::${aws:username}/\'; touch pwned; \\nPOLICY\\n%{x}\xc3\xa9"}]}'
)
HOSTILE = "x'; touch pwned; $(touch pwned) `touch pwned` \n touch pwned\nfi\n\x1b[2J"


def arn(resource: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{resource}"


def step(kind: StepKind, owner: str = "", policy: str = "", name: str = "pay", **fields: object) -> RevocationStep:
    made = RevocationStep(
        kind=kind, owner_arn=owner, policy_name=name, policy_arn=policy, reason=HOSTILE, principals=(HOSTILE,)
    )
    return msgspec.structs.replace(made, **fields)


STEPS = {
    "version": (
        step(StepKind.VERSION, "", arn("policy/team/pay"), document=DOCUMENT, oldest_version="v4", difference="-"),
        (
            "delete-policy-version --policy-arn P --version-id v4",
            "create-policy-version --policy-arn P --set-as-default",
        ),
    ),
    "user": (step(StepKind.PUT, arn("user/a/ann"), document=DOCUMENT), ("put-user-policy --user-name ann",)),
    "group": (step(StepKind.PUT, arn("group/team"), document=DOCUMENT), ("put-group-policy --group-name team",)),
    "role": (step(StepKind.PUT, arn("role/x"), document=DOCUMENT), ("put-role-policy --role-name x",)),
    "create": (
        step(StepKind.CREATE, arn("role/x"), document=DOCUMENT),
        ("create-policy --policy-name pay", f"attach-role-policy --role-name x --policy-arn {arn('policy/pay')}"),
    ),
    "delete": (step(StepKind.DELETE, arn("user/ann")), ("delete-user-policy --user-name ann --policy-name pay",)),
    "dash": (step(StepKind.DELETE, arn("user/-a"), name="-p"), ("delete-user-policy --user-name=-a --policy-name=-p",)),
    "detach": (
        step(StepKind.DETACH, arn("group/team"), arn("policy/pay")),
        (f"detach-group-policy --group-name team --policy-arn {arn('policy/pay')}",),
    ),
}


def revocations(*steps: RevocationStep) -> Revocations:
    remaining = tuple(
        Remaining(owner_arn=owner, managed=(arn("policy/other"),), inline=("left",))
        for owner in sorted({each.owner_arn for each in steps if each.kind in (StepKind.DELETE, StepKind.DETACH)})
    )
    unresolved = (Unresolved(principal_arn=HOSTILE, actions=(HOSTILE,), reason=HOSTILE),)
    account = AccountRevocation(account_id=ACCOUNT, steps=steps, remaining=remaining, unresolved=unresolved)
    return Revocations(
        evidence_name=HOSTILE, evidence_sha256="ab" * 32, decided=(), accounts=(account,), unresolved=unresolved
    )


EVERY = revocations(*(each for each, _ in STEPS.values()))


@pytest.mark.parametrize("case", STEPS)
def test_each_step_is_the_exact_command(case: str) -> None:
    made, told = STEPS[case]
    found = list(commands(ACCOUNT, made))
    assert len(found) == len(told)
    for words, expected in zip(found, told, strict=True):
        assert words[:2] == ["aws", "iam"]
        for word in expected.replace(" P ", f" {made.policy_arn} ").split():
            assert word in words
        if "--policy-document" in words:
            document = words[words.index("--policy-document") + 1]
            assert msgspec.json.decode(document) == msgspec.json.decode(DOCUMENT)


@pytest.mark.parametrize(("account", "runs"), [(ACCOUNT, True), ("444455556666", False)])
def test_the_script_runs_its_commands_in_its_account_alone(account: str, runs: bool, tmp_path: Path) -> None:
    """A stand-in for the AWS CLI writes its words down, each ended by a NUL."""
    stand_in = tmp_path / "aws"
    stand_in.write_text(
        f'#!/bin/sh\nif [ "$1" = sts ]; then echo {account}; exit 0; fi\nprintf "%s\\0" "$@" >> words; echo >> words\n'
    )
    stand_in.chmod(0o700)
    (tmp_path / "revoke.sh").write_bytes(render_aws_cli(EVERY))
    ended = subprocess.run(
        ["sh", "revoke.sh"], cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert {path.name for path in tmp_path.iterdir()} == {"aws", "revoke.sh", *(["words"] if runs else [])}
    if runs:
        ran = [line.split(b"\0")[:-1] for line in (tmp_path / "words").read_bytes().splitlines()]
        expected = [words[1:] for made, _ in STEPS.values() for words in commands(ACCOUNT, made)]
        assert [[word.decode() for word in words] for words in ran] == expected


def test_both_texts_are_printable_ascii_and_name_the_evidence() -> None:
    for content in (render_aws_cli(EVERY), render_terraform(EVERY)):
        assert re.fullmatch(rb"[\x20-\x7e\n]*", content)
        assert b"ab" * 32 in content
        assert content.count(b"# NO CHANGE for") == 2


def test_terraform_imports_what_is_there_and_tells_what_stays() -> None:
    text = render_terraform(EVERY).decode()
    assert f'allowed_account_ids = ["{ACCOUNT}"]' in text
    assert f'id       = "{arn("policy/team/pay")}"' in text
    assert 'path     = "/team/"' in text
    assert "prevent_destroy = true" in text
    assert 'resource "aws_iam_user_policies_exclusive"' in text
    assert 'resource "aws_iam_group_policy_attachments_exclusive"' in text
    assert f'policy_arns  = ["{arn("policy/other")}"]' in text
    assert 'policy_names = ["left"]' in text
    labels = re.findall(r'^resource ("\w+" "\w+")', text, re.MULTILINE)
    assert len(labels) == len(set(labels))


def test_no_document_ends_its_text_or_is_a_template() -> None:
    text = render_terraform(EVERY).decode()
    for document in re.findall(r"<<POLICY\n(.*?)\nPOLICY\n", text, re.DOTALL):
        assert "$${aws:username}" in document
        plain = document.replace("$${", "${").replace("%%{", "%{")
        assert msgspec.json.decode(plain) == msgspec.json.decode(DOCUMENT)
    assert text.count("<<POLICY") == len(re.findall(r"^POLICY$", text, re.MULTILINE)) == 5
    assert not re.search(r"(?<![$])\$\{|(?<!%)%\{", text)


def test_a_string_of_hcl_holds_any_text() -> None:
    assert quoted('a"b\\${c}%{d}\n\u2028') == '"a\\"b\\\\$${c}%%{d}\\n\\U00002028"'


def test_without_changes_there_is_no_command() -> None:
    nothing = Revocations(evidence_name="e", evidence_sha256="ab" * 32, decided=(), accounts=(), unresolved=())
    assert b"aws " not in b"\n".join(line for line in render_aws_cli(nothing).splitlines() if not line.startswith(b"#"))
