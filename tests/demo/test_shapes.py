"""What is written from a service's model is read back by botocore's own parsers, and inputs are held to the model."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.model import OperationModel, Shape
from botocore.parsers import create_parser

from audit.demo.shapes import check_input, service_model, to_json, to_xml
from audit.demo.wire import ServiceError, json_reply

NOON = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)


def _operation(service: str, name: str) -> OperationModel:
    return service_model(service).operation_model(name)


def _shape(service: str, operation: str) -> Shape:
    shape = _operation(service, operation).input_shape
    assert shape is not None
    return shape


def _parse(protocol: str, body: bytes, shape: Shape | None) -> dict[str, Any]:
    assert shape is not None
    response = {"status_code": 200, "headers": {}, "body": body}
    parsed: dict[str, Any] = create_parser(protocol).parse(response, shape)
    del parsed["ResponseMetadata"]
    return parsed


def test_json_is_read_back_by_botocore() -> None:
    shape = _operation("mturk", "ListBonusPayments").output_shape
    assert shape is not None
    written = {
        "NumResults": 1,
        "NextToken": None,
        "BonusPayments": [{"BonusAmount": "0.10", "Reason": "</script> \u202e \U0001f333", "GrantTime": NOON}],
    }
    read = _parse("json", json_reply(to_json(shape, written)).body, shape)
    assert "NextToken" not in read
    assert read["BonusPayments"] == written["BonusPayments"]


def test_xml_is_read_back_by_botocore() -> None:
    operation = _operation("iam", "GetAccountAuthorizationDetails")
    written = {
        "UserDetailList": [
            {"UserName": "<a & 'b'>", "Path": '/"><svg/>/', "CreateDate": NOON, "GroupList": ["g1", "g2"], "Tags": []}
        ],
        "RoleDetailList": [],
        "IsTruncated": True,
        "Marker": "m",
    }
    read = _parse("query", to_xml("iam", operation.name, written, "request"), operation.output_shape)
    assert read == written


def test_a_time_without_a_zone_is_utc() -> None:
    operation = _operation("iam", "GetAccountAuthorizationDetails")
    naive = {"UserDetailList": [{"CreateDate": NOON.replace(tzinfo=None)}]}
    read = _parse("query", to_xml("iam", operation.name, naive, "request"), operation.output_shape)
    assert read["UserDetailList"][0]["CreateDate"] == NOON


def test_a_member_that_the_model_does_not_have_is_a_mistake_of_ours() -> None:
    shape = _operation("mturk", "ListHITs").output_shape
    assert shape is not None
    with pytest.raises(KeyError, match="Hits"):
        to_json(shape, {"Hits": []})


@pytest.mark.parametrize(
    ("operation", "given", "words"),
    [
        ("GetHIT", {}, "Value 'null' at 'hITId' failed to satisfy constraint: Member must not be null"),
        ("GetHIT", {"HITId": ""}, "length greater than or equal to 1"),
        ("ListHITs", {"MaxResults": 0}, "Member must have value greater than or equal to 1"),
        ("SendBonus", {"WorkerId": "B1"}, "4 validation errors detected"),
        (
            "CreateHIT",
            {"QualificationRequirements": [{"QualificationTypeId": "3Q", "Comparator": "Like"}]},
            "'qualificationRequirements.1.member.comparator' failed to satisfy constraint: Member must satisfy enum",
        ),
    ],
)
def test_an_input_outside_the_model_is_a_validation_error(operation: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(ServiceError) as error:
        check_input(_shape("mturk", operation), given)
    assert error.value.code == "ValidationException"
    assert words in error.value.message


@pytest.mark.parametrize("given", [{"MaxResults": "7"}, {"MaxResults": True}, {"NextToken": 7}])
def test_a_value_of_another_type_cannot_be_read(given: dict[str, Any]) -> None:
    with pytest.raises(ServiceError, match="must be of type") as error:
        check_input(_shape("mturk", "ListHITs"), given)
    assert error.value.code == "SerializationException"


def test_members_that_are_null_or_unknown_are_no_matter() -> None:
    check_input(_shape("mturk", "ListHITs"), {"MaxResults": None, "Later": 1})
