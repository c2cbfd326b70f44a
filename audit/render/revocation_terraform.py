"""Revocations as Terraform for what no configuration manages yet.

A policy with new content is imported and given it. What is taken away cannot be imported and removed in one run, so it
is told by what stays: the `…_exclusive` resources detach and delete whatever else a user, group or role has.
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policy_attachments_exclusive
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from audit.evaluate.policy_change import one_line
from audit.evaluate.revocation_record import AccountRevocation, Remaining, RevocationStep, StepKind, Unresolved
from audit.render.revocation_aws_cli import compact, created_arn, owner_of, taken_from
from audit.review.revocations import Revocations

HEAD = """\
# Revocations decided in a review, as Terraform. Written by mturk-audit; read the plan before applying it.
# Worked out on evidence {sha256}.
# Only a younger snapshot closes the decisions: collect again afterwards.
# It is for policies that no configuration of yours manages: where one does, make the same change there.
# The ..._exclusive resources name what stays, and take every other policy away from that user, group or role.

terraform {{
  required_version = ">= 1.5"
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = ">= 5.80"
    }}
  }}
}}
"""


def render_terraform(revocations: Revocations) -> bytes:
    """The configuration; without changes it holds remarks alone."""
    blocks = [HEAD.format(sha256=one_line(revocations.evidence_sha256))]
    for account in revocations.accounts:
        blocks += [f"\n{block}" for block in _account_blocks(account)]
    blocks += [f"\n{_unresolved(each)}" for each in revocations.unresolved]
    return "".join(blocks).encode("ascii", "backslashreplace")


def _account_blocks(account: AccountRevocation) -> Iterator[str]:
    if account.steps:
        provider = f"account_{account.account_id}"
        yield (
            f'provider "aws" {{\n  alias               = "{provider}"\n'
            f"  allowed_account_ids = [{quoted(account.account_id)}]\n}}\n"
        )
        created: dict[str, str] = {}
        for step in account.steps:
            if step.document is not None:
                yield from _policy_blocks(account, step, provider)
            if step.kind is StepKind.CREATE:
                created[created_arn(account.account_id, step)] = f"aws_iam_policy.{_label(step)}.arn"
        for remaining in account.remaining:
            yield from _exclusive_blocks(account, remaining, provider, created)
    yield from map(_unresolved, account.unresolved)


def _policy_blocks(account: AccountRevocation, step: RevocationStep, provider: str) -> Iterator[str]:
    kind, name = owner_of(step.owner_arn)
    managed = step.kind is not StepKind.PUT
    type_, label = ("aws_iam_policy" if managed else f"aws_iam_{kind}_policy"), _label(step)
    remark = f"# {one_line(step.reason)}; taken from {taken_from(step)}\n"
    present = step.kind is StepKind.VERSION or step.difference
    if present:
        import_id = step.policy_arn if managed else f"{name}:{step.policy_name}"
        yield (
            f"{remark}import {{\n  provider = aws.{provider}\n  to       = {type_}.{label}\n"
            f"  id       = {quoted(import_id)}\n}}\n"
        )
    arguments = [f"provider = aws.{provider}", f"name     = {quoted(step.policy_name)}"]
    if managed:
        arguments.append(f"path     = {quoted(_path(step.policy_arn))}")
    else:
        arguments.append(f"{kind:8} = {quoted(name)}")
    arguments.append(f"policy   = {_heredoc(step)}")
    if step.kind is StepKind.VERSION:
        # Another description would make Terraform delete the policy and create it anew.
        arguments += ["", "lifecycle {", "  prevent_destroy = true", "  ignore_changes  = [description, tags]", "}"]
    yield _resource(type_, label, arguments, "" if present else remark)
    if step.kind is StepKind.CREATE:
        yield _resource(
            f"aws_iam_{kind}_policy_attachment",
            label,
            [
                f"provider   = aws.{provider}",
                f"{kind:10} = {quoted(name)}",
                f"policy_arn = aws_iam_policy.{label}.arn",
            ],
        )


def _exclusive_blocks(
    account: AccountRevocation, remaining: Remaining, provider: str, created: dict[str, str]
) -> Iterator[str]:
    """What stays, of the kind of which something goes."""
    kind, name = owner_of(remaining.owner_arn)
    taken = [step for step in account.steps if step.owner_arn == remaining.owner_arn]
    after = [f"aws_iam_{kind}_policy.{_label(step)}" for step in taken if step.kind is StepKind.PUT]
    after += [f"aws_iam_{kind}_policy_attachment.{_label(step)}" for step in taken if step.kind is StepKind.CREATE]
    label = _slug(name, remaining.owner_arn)
    head = [f"provider     = aws.{provider}", f"{kind}_name    = {quoted(name)}"]
    depends = [f"depends_on   = [{', '.join(after)}]"] if after else []
    for step in taken:
        if step.kind in (StepKind.DELETE, StepKind.DETACH):
            going = step.policy_arn or f"inline {step.policy_name}"
            head = [f"# takes away {one_line(going)}: {one_line(step.reason)}", *head]
    if any(step.kind is StepKind.DETACH for step in taken):
        arns = ", ".join(created.get(arn) or quoted(arn) for arn in remaining.managed)
        yield _resource(
            f"aws_iam_{kind}_policy_attachments_exclusive", label, [*head, f"policy_arns  = [{arns}]", *depends]
        )
    if any(step.kind is StepKind.DELETE for step in taken):
        names = ", ".join(map(quoted, remaining.inline))
        yield _resource(f"aws_iam_{kind}_policies_exclusive", label, [*head, f"policy_names = [{names}]", *depends])


def _resource(type_: str, label: str, arguments: list[str], remark: str = "") -> str:
    lines = "".join(f"  {argument}\n" if argument else "\n" for argument in arguments)
    return f'{remark}resource "{type_}" "{label}" {{\n{lines}}}\n'


def _heredoc(step: RevocationStep) -> str:
    """The document as it is; `${` and `%{` of IAM's are no templates of Terraform's."""
    text = compact(step.document, indent=2).replace("${", "$${").replace("%{", "%%{")
    # No line of an indented document is a bare word, so that none of them can end it.
    return f"<<POLICY\n{text}\nPOLICY"


def quoted(text: str) -> str:
    """A string of HCL, ASCII alone."""
    signs = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    spelled = "".join(signs.get(sign) or (sign if " " <= sign <= "~" else f"\\U{ord(sign):08X}") for sign in text)
    return '"' + spelled.replace("${", "$${").replace("%{", "%%{") + '"'


def _path(policy_arn: str) -> str:
    """`/team/` of `arn:aws:iam::111122223333:policy/team/pay`."""
    inner = policy_arn.partition(":policy/")[2].rpartition("/")[0]
    return f"/{inner}/" if inner else "/"


def _label(step: RevocationStep) -> str:
    return _slug(step.policy_name, f"{step.owner_arn} {step.policy_arn} {step.policy_name}")


def _slug(name: str, whole: str) -> str:
    """A name for Terraform that two things never share."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return f"revoked_{plain}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _unresolved(each: Unresolved) -> str:
    actions = ", ".join(map(one_line, each.actions))
    return f"# NO CHANGE for {one_line(each.principal_arn)}: {actions}\n# {one_line(each.reason)}\n"
