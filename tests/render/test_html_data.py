"""The page's data says what the audit result says: read back, it gives the same entitlements and findings."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from audit.model.result import AuditResult
from audit.render import html_data
from audit.render.html_access import OBSERVATIONS, VERDICTS
from audit.render.html_data import page_data
from audit.render.html_page import PageData
from audit.render.html_records import PageFinding
from audit.render.view import build_view
from audit.render.view_causes import cause_words
from tests.render.factory import empty_result, hostile_result, one_result, sized_result, typical_result
from tests.render.test_html_codec import places_of

MAKERS = [empty_result, one_result, typical_result, hostile_result]


def data_of(result: AuditResult) -> PageData:
    return page_data(result, build_view(result))


def actions_of(mask: str, data: PageData) -> list[str]:
    bits = int(mask, 16)
    return [f"{data.service}:{each.name}" for place, each in enumerate(data.privileges) if bits >> place & 1]


def label(data: PageData, place: int) -> tuple[str, str]:
    statement = data.statements[place]
    return data.strings[data.policies[statement.policy].label], data.strings[statement.sid] or f"#{statement.index + 1}"


def title_of(finding: PageFinding, data: PageData, result: AuditResult) -> str:
    """Put the words of the causes back where their signs stand."""
    title = data.strings[finding.title]
    if title.startswith("\ue008"):
        return title[1:]
    index = build_view(result).index
    causes = next(each.causes for each in result.findings if each.fingerprint == finding.fingerprint)
    for place, cause in enumerate(causes):
        title = title.replace(chr(0xE000 + place), cause_words(cause, index))
    return title


@pytest.mark.parametrize("make", MAKERS)
def test_entitlements_read_back_are_those_of_the_result(make: Callable[[], AuditResult]) -> None:
    result = make()
    data = data_of(result)
    read = {
        (
            principal.arn,
            action,
            VERDICTS[group.verdict],
            OBSERVATIONS[group.observation],
            group.last_used_at,
            tuple(label(data, grant) for grant in group.grants),
            tuple(data.strings[condition] for condition in group.conditions),
            tuple(label(data, limit) for limit in group.limited_by),
        )
        for principal, access in zip(result.principals, data.principals.access, strict=True)
        for group in (data.access[access] if access >= 0 else ())
        for action in actions_of(group.mask, data)
    }
    assert read == {
        (
            each.principal_arn,
            each.action,
            each.verdict,
            each.observation,
            int(each.last_used_at.timestamp()) if each.last_used_at else None,
            tuple((grant.policy.label, grant.label) for grant in each.grants),
            each.conditions,
            tuple((limit.policy.label, limit.label) for limit in each.limited_by),
        )
        for each in result.entitlements
    }


@pytest.mark.parametrize("make", MAKERS)
def test_findings_read_back_are_those_of_the_result(make: Callable[[], AuditResult]) -> None:
    result = make()
    data = data_of(result)
    read = [
        (
            data.rules[each.rule].id,
            title_of(each, data, result),
            each.fingerprint,
            tuple(
                sorted([*(result.principals[place].arn for place in places_of(each.subjects)), *each.other_subjects])
            ),
            tuple(sorted([*actions_of(each.mask, data), *(data.strings[place] for place in each.other_privileges)])),
            "" if each.fix is None else data.strings[each.fix],
        )
        for each in data.findings
    ]
    assert read == [
        (each.rule, each.title, each.fingerprint, tuple(sorted(each.subjects)), each.privileges, each.fix)
        for each in result.findings
    ]


def test_a_title_with_signs_for_private_use_arrives_as_it_was() -> None:
    result = one_result()
    odd = msgspec.structs.replace(result.findings[0], title="\ue008\ue000 pays \ue007")
    result = msgspec.structs.replace(result, findings=(odd,))
    data = data_of(result)
    assert title_of(data.findings[0], data, result) == odd.title


def test_a_title_holds_the_words_of_its_causes_once() -> None:
    result = typical_result()
    finding = next(each for each in result.findings if each.causes)
    words = cause_words(finding.causes[0], build_view(result).index)
    titled = msgspec.structs.replace(finding, title=f"5 of 9 can pay through {words}")
    data = data_of(msgspec.structs.replace(result, findings=(titled,)))
    assert data.strings[data.findings[0].title] == "5 of 9 can pay through \ue000"


@pytest.mark.parametrize("make", MAKERS)
def test_every_finding_stands_in_one_cause(make: Callable[[], AuditResult]) -> None:
    data = data_of(make())
    assert sorted(place for cause in data.causes for place in places_of(cause)) == list(range(len(data.findings)))


def test_principals_are_told_by_their_arns() -> None:
    result = typical_result()
    data = data_of(result)
    principals = data.principals
    kinds = {"u": "user", "g": "group", "r": "role"}
    arns = [
        principals.arns.get(str(place))
        or f"arn:{data.partition}:iam::{data.accounts[principals.accounts[place]][0]}:"
        f"{kinds[principals.types[place]]}{data.strings[principals.paths[place]]}{principals.names[place]}"
        for place in range(len(principals.names))
    ]
    assert arns == [principal.arn for principal in result.principals]
    incomplete = {result.principals[place].arn for place in places_of(principals.incomplete)}
    assert incomplete == set(result.not_evaluated)


def test_texts_that_have_no_room_are_counted_and_those_of_findings_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    result = sized_result(3000)
    assert data_of(result).texts_refused == 0
    monkeypatch.setattr(html_data, "TEXT_BUDGET", 20_000)
    tight = data_of(result)
    assert sum(len(document.text) for document in tight.documents) <= 20_000
    assert tight.texts_refused > 0
    first = next(finding for finding in result.findings if finding.causes)
    assert first.causes[0].policy.document_id in {document.id for document in tight.documents}
