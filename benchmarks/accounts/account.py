"""One account, record by record, in the shape of GetAccountAuthorizationDetails.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

import msgspec

from benchmarks.accounts.application import Application, Document, invent_application
from benchmarks.accounts.documents import SHARED_INLINE, application_document, crowd_document, trust_document
from benchmarks.accounts.managed import AWS_MANAGED, BOUNDARIES, COMPANY_MANAGED, aws_arn, company_arn, weights
from benchmarks.accounts.vocabulary import COMPONENTS, PEOPLE

NOW = datetime(2026, 9, 30, tzinfo=UTC)
"""No time in an account is later."""

ROLES_PER_APPLICATION = 6
GROUPS = ("developers", "labeling", "finance", "analysts", "operators", "auditors")
_CROWD_GROUPS = ("labeling", "finance")
_ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
Record = dict[str, Any]


def account_id(seed: int, position: int) -> str:
    """The id of the account at `position`, below ten million, of those with this seed."""
    return str(100_000_000_000 + seed % 10_000 * 10_000_000 + position)


def account_json(roles: int, *, seed: int, position: int) -> Iterator[bytes]:
    """Yield the JSON text of that account, piece by piece: `roles` roles, and 2 % as many users."""
    account = _Account(account_id(seed, position), Random(f"{seed}/{position}"))
    yield b'{"UserDetailList":['
    yield from _joined(account.users(max(1, roles // 50)))
    yield b'],"GroupDetailList":['
    yield from _joined(account.groups())
    yield b'],"RoleDetailList":['
    yield from _joined(account.roles(roles))
    yield b'],"Policies":['
    yield from _joined(account.policies())
    yield b'],"IsTruncated":false}\n'


def _joined(records: Iterable[Record]) -> Iterator[bytes]:
    separator = b""
    for record in records:
        yield separator + msgspec.json.encode(record)
        separator = b","


class _Account:
    """What the records of one account share. `policies` comes last: it holds what the others attached."""

    def __init__(self, account_id: str, random: Random) -> None:
        self.id = account_id
        self.random = random
        self._known = {aws_arn(name): document for name, (document, _) in AWS_MANAGED.items()}
        self._known |= {company_arn(account_id, name): document for name, (document, _) in COMPANY_MANAGED.items()}
        self._known |= {company_arn(account_id, name): document for name, document in BOUNDARIES.items()}
        self._stock = [*map(aws_arn, AWS_MANAGED), *(company_arn(account_id, name) for name in COMPANY_MANAGED)]
        self._weights = list(accumulate([*weights(AWS_MANAGED), *weights(COMPANY_MANAGED)]))
        self._superseded: dict[str, list[Document]] = {}
        """Earlier versions, which AWS hands out too and which grant nothing."""
        self._attached: Counter[str] = Counter()
        self._bounded: Counter[str] = Counter()

    def users(self, count: int) -> Iterator[Record]:
        for position in range(count):
            application = invent_application(self.id, self.random)
            name = f"{self.random.choice(PEOPLE)}.{application.team}{position}"
            yield {
                **self._identity("user", name, "AIDA"),
                "UserName": name,
                "UserPolicyList": self._inline(application, "self-service", often=0.1),
                "GroupList": self.random.sample(GROUPS, self.random.choice((0, 1, 1, 2))),
                "AttachedManagedPolicies": self._attachments(self.random.choice((0, 0, 1)), ()),
                **self._boundary(often=0.1),
                "Tags": self._tags(application),
            }

    def groups(self) -> Iterator[Record]:
        for name in GROUPS:
            application = invent_application(self.id, self.random)
            inline = crowd_document(application, self.random) if name in _CROWD_GROUPS else SHARED_INLINE[0]
            yield {
                **self._identity("group", name, "AGPA"),
                "GroupName": name,
                "GroupPolicyList": [{"PolicyName": name, "PolicyDocument": inline}],
                "AttachedManagedPolicies": self._attachments(self.random.choice((1, 2)), ()),
            }

    def roles(self, count: int) -> Iterator[Record]:
        application = invent_application(self.id, self.random)
        own = self._own_policies(application)
        for position in range(count):
            if position and position % ROLES_PER_APPLICATION == 0:
                application = invent_application(self.id, self.random)
                own = self._own_policies(application)
            yield self._role(application, own, position)

    def _role(self, application: Application, own: Sequence[str], position: int) -> Record:
        random = self.random
        component = random.choice(COMPONENTS)
        name = f"{application.stem}-{component}-{position}"
        return {
            **self._identity("role", name, "AROA", path=f"/{application.team}/" if random.random() < 0.2 else "/"),
            "RoleName": name,
            "AssumeRolePolicyDocument": trust_document(application, random),
            "InstanceProfileList": [],
            "RolePolicyList": self._inline(application, component, often=0.52),
            "AttachedManagedPolicies": self._attachments(random.choices((1, 2, 3), (30, 45, 25))[0], own),
            **self._boundary(often=0.05),
            "Tags": self._tags(application),
            "RoleLastUsed": self._last_used(application),
        }

    def policies(self) -> Iterator[Record]:
        for arn in sorted({*self._attached, *self._bounded}):
            name = arn.partition(":policy/")[2]
            yield {
                "PolicyName": name.rpartition("/")[2],
                "PolicyId": self._unique("ANPA"),
                "Arn": arn,
                "Path": f"/{name.rpartition('/')[0]}/".replace("//", "/"),
                "DefaultVersionId": "v2",
                "AttachmentCount": self._attached[arn],
                "PermissionsBoundaryUsageCount": self._bounded[arn],
                "IsAttachable": True,
                "CreateDate": self._moment(),
                "UpdateDate": self._moment(),
                "PolicyVersionList": [
                    self._version(f"v{2 - number}", document, is_default=number == 0)
                    for number, document in enumerate((self._known[arn], *self._superseded.get(arn, ())))
                ],
            }

    def _version(self, name: str, document: Document, *, is_default: bool) -> Record:
        created = self._moment()
        return {"Document": document, "VersionId": name, "IsDefaultVersion": is_default, "CreateDate": created}

    def _identity(self, kind: str, name: str, prefix: str, *, path: str = "/") -> Record:
        arn = f"arn:aws:iam::{self.id}:{kind}{path}{name}"
        identifier = {"user": "UserId", "group": "GroupId", "role": "RoleId"}[kind]
        return {"Path": path, identifier: self._unique(prefix), "Arn": arn, "CreateDate": self._moment()}

    def _own_policies(self, application: Application) -> tuple[str, ...]:
        """Invent the managed policies that only this application's roles have."""
        arns = []
        for number in range(self.random.choice((1, 1, 1, 2))):
            arn = company_arn(self.id, f"{application.stem}-access-{number}")
            self._known[arn] = application_document(application, self.random, self.random.choice((3, 4, 5, 7)))
            if self.random.random() < 0.4:
                self._superseded[arn] = [application_document(application, self.random, 2)]
            arns.append(arn)
        return tuple(arns)

    def _inline(self, application: Application, name: str, *, often: float) -> list[Record]:
        chance = self.random.random()
        if chance > often:
            return []
        if chance < often * 0.06:
            return [{"PolicyName": "crowd", "PolicyDocument": crowd_document(application, self.random)}]
        if chance < often * 0.12:
            return [{"PolicyName": "baseline", "PolicyDocument": self.random.choice(SHARED_INLINE)}]
        return [
            {
                "PolicyName": f"{name}-{number}" if number else name,
                "PolicyDocument": application_document(application, self.random, self.random.choice((1, 2, 3, 4, 6))),
            }
            for number in range(self.random.choice((1, 1, 1, 2)))
        ]

    def _attachments(self, count: int, own: Sequence[str]) -> list[Record]:
        arns = dict.fromkeys(arn for arn in own if self.random.random() < 0.3)
        while len(arns) < count:
            (arn,) = self.random.choices(self._stock, cum_weights=self._weights)
            arns[arn] = None
        self._attached.update(arns.keys())
        return [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns]

    def _boundary(self, *, often: float) -> Record:
        if self.random.random() > often:
            return {}
        arn = company_arn(self.id, self.random.choice(tuple(BOUNDARIES)))
        self._bounded[arn] += 1
        return {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}}

    def _tags(self, application: Application) -> list[Record]:
        tags = {
            "team": application.team,
            "app": application.name,
            "stage": application.stage,
            "cost-center": f"cc-{application.team}-{application.name[-2:]}",
            "managed-by": self.random.choice(("terraform", "cloudformation", "console")),
            "repository": f"example/{application.team}/{application.name}",
        }
        kept = list(tags.items())[: self.random.choice((0, 3, 5, 6, 6))]
        return [{"Key": key, "Value": value} for key, value in kept]

    def _last_used(self, application: Application) -> Record:
        if self.random.random() < 0.25:
            return {}
        return {"LastUsedDate": self._moment(days=400), "Region": application.region}

    def _unique(self, prefix: str) -> str:
        return prefix + "".join(self.random.choices(_ID_LETTERS, k=17))

    def _moment(self, *, days: int = 2000) -> str:
        return (NOW - timedelta(seconds=self.random.randrange(1, days * 86_400))).isoformat()
