"""The applications that an account is made of: their names go into documents, which so differ as they do in life."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

from benchmarks.accounts.vocabulary import NAMES, REGIONS, STAGES, TEAMS, THINGS

Document = dict[str, Any]
Statement = dict[str, Any]


class Application(NamedTuple):
    """One deployment of one application."""

    account_id: str
    team: str
    name: str
    stage: str
    region: str

    @property
    def stem(self) -> str:
        """What the names of its resources begin with."""
        return f"{self.team}-{self.name}-{self.stage}"

    def fill(self, template: str, random: Random) -> str:
        """Put its names into an ARN."""
        return template.format(
            account=self.account_id,
            name=self.name,
            other=number(random, 12),
            region=self.region,
            stage=self.stage,
            stem=self.stem,
            thing=f"{random.choice(THINGS)}{random.randrange(40)}",
            uuid=f"{random.getrandbits(32):08x}-{random.getrandbits(16):04x}-4{random.getrandbits(44):015x}",
        )


def invent_application(account_id: str, random: Random) -> Application:
    """Draw an application; the number in its name tells it from its like."""
    name = f"{random.choice(NAMES)}{random.randrange(1000)}"
    return Application(account_id, random.choice(TEAMS), name, random.choice(STAGES), random.choice(REGIONS))


def number(random: Random, digits: int) -> str:
    """Digits, as of an account id."""
    return f"{random.randrange(10**digits):0{digits}d}"


def document(*statements: Statement) -> Document:
    """A policy document of the current version."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", **more: Any) -> Statement:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> Statement:
    """A Deny statement."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}
