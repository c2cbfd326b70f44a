"""Exceptions: what the file may say, and what becomes of findings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from audit.model.error import InputError
from audit.model.review import ExceptionState, ReviewException
from audit.review.exceptions import excepted, exception_rows
from audit.review.exceptions_file import read_exceptions
from tests.unit.evaluate.accounts import Account, allow, arn, document
from tests.unit.review.audits import BONUS, audited, payer, snapshot
from tests.unit.review.exceptions import exception

RULES = ("can-pay-money", "unused-principal")
GOOD = """
[[exception]]
id = "EX-7"
subject = "arn:aws:iam::111122223333:role/payroll-*"
rule = "can-pay-money"
reason = "pays the last bonuses"
owner = "maria.keller"
approver = "finance"
ticket = "SEC-412"
created = 2026-10-01
expires = 2027-01-31
"""


def _read(folder: Path, text: str) -> tuple[ReviewException, ...]:
    path = folder / "exceptions.toml"
    path.write_text(text, encoding="utf-8")
    return read_exceptions(path, RULES).exceptions


def test_a_whole_exception_is_read(tmp_path: Path) -> None:
    (exception,) = _read(tmp_path, GOOD)
    assert (exception.id, exception.expires, exception.ticket) == ("EX-7", date(2027, 1, 31), "SEC-412")


def test_an_empty_file_holds_none(tmp_path: Path) -> None:
    assert _read(tmp_path, "# none yet\n") == ()


WRONG = {
    "no TOML": ("[[exception", "cannot be read as TOML"),
    "an unknown table": ("[exceptions]\n", "`exceptions` is not known"),
    "one table": ('[exception]\nid = "x"\n', "double brackets"),
    "no table": ("exception = [1]\n", "it is no table"),
    "an unknown key": (GOOD + 'expiry = "never"\n', "exception `EX-7`: `expiry` is not known, so nothing is excepted"),
    "no end": (GOOD.replace("expires = 2027-01-31\n", ""), "`expires` is missing"),
    "no approver": (GOOD.replace('"finance"', '" "'), "`approver` is no text, or empty"),
    "a date as text": (GOOD.replace("2027-01-31", '"2027-01-31"'), "`expires` is no date"),
    "a time": (GOOD.replace("2027-01-31", "2027-01-31T00:00:00Z"), "`expires` is no date"),
    "a number": (GOOD.replace('"SEC-412"', "412"), "`ticket` is no text"),
    "an end before the beginning": (GOOD.replace("2027-01-31", "2026-09-30"), "mend one"),
    "too long": (GOOD.replace("2027-01-31", "2027-10-02"), "more than a year after 2026-10-01"),
    "an unknown rule": (GOOD.replace("can-pay-money", "can-pay"), "there is no rule `can-pay`"),
    "an id twice": (GOOD + GOOD, "the id `EX-7` stands twice"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(case: str, tmp_path: Path) -> None:
    text, told = WRONG[case]
    with pytest.raises(InputError) as error:
        _read(tmp_path, text)
    assert told in str(error.value)


def test_a_year_to_the_day_is_allowed_also_from_a_leap_day(tmp_path: Path) -> None:
    text = GOOD.replace("2026-10-01", "2028-02-29").replace("2027-01-31", "2029-03-01")
    assert _read(tmp_path, text)[0].expires == date(2029, 3, 1)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--exceptions"):
        read_exceptions(tmp_path / "none.toml", RULES)


STATES = {
    "in force": (date(2026, 10, 5), ExceptionState.ACTIVE),
    "thirty days before its end": (date(2026, 12, 2), ExceptionState.EXPIRING),
    "on its last day": (date(2026, 12, 31), ExceptionState.EXPIRING),
    "on the day it expires": (date(2027, 1, 1), ExceptionState.EXPIRED),
    "before it was created": (date(2026, 9, 30), ExceptionState.FUTURE),
}


@pytest.mark.parametrize("case", STATES)
def test_its_state_on_a_day(case: str) -> None:
    on, state = STATES[case]
    result = audited(snapshot(payer()))
    (row,) = exception_rows([exception(subject=arn("role", "pay*"))], result.findings, on)
    assert row.state is state
    (finding,) = (finding for finding in result.findings if finding.rule == "can-pay-money")
    assert row.fingerprints == (finding.fingerprint,)
    counted = excepted(msgspec.structs.replace(result, exceptions=(row,)))
    in_force = state in (ExceptionState.ACTIVE, ExceptionState.EXPIRING)
    assert counted == ({finding.fingerprint} if in_force else frozenset())


def test_one_that_no_finding_needs_is_unused() -> None:
    result = audited(snapshot(payer()))
    (row,) = exception_rows([exception(subject=arn("role", "somebody-else"))], result.findings, date(2026, 10, 5))
    assert (row.state, row.fingerprints) == (ExceptionState.UNUSED, ())


def test_a_finding_counts_until_each_of_its_principals_is_excepted() -> None:
    account = Account()
    shared = account.managed("requesters", document(allow(BONUS)))
    account.role("a", attached=(shared,))
    account.role("b", attached=(shared,))
    result = audited(snapshot(account))
    on = date(2026, 10, 5)
    one = exception_rows([exception(subject=arn("role", "a"))], result.findings, on)
    assert len(one[0].fingerprints) == 1
    assert excepted(msgspec.structs.replace(result, exceptions=one)) == frozenset()
    both = exception_rows(
        [exception(subject=arn("role", "a")), exception(subject=arn("role", "b"), id="EX-2")], result.findings, on
    )
    assert len(excepted(msgspec.structs.replace(result, exceptions=both))) == 1
