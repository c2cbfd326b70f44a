"""Records of CloudTrail, as AWS documents them."""

from __future__ import annotations

from typing import Any

import msgspec

ACCOUNT = "111122223333"
USER = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLEPAYER00001",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/payer",
    "accountId": ACCOUNT,
    "accessKeyId": "AKIAEXAMPLEPAYER0001",
    "userName": "payer",
}
BONUS = {
    "workerId": "A1WORKER000000",
    "bonusAmount": "1.50",
    "assignmentId": "3ASSIGNMENT000000000000000001",
    "reason": "thank you",
    "uniqueRequestToken": "pay-7",
}


def record(**changes: Any) -> dict[str, Any]:
    """A bonus that was paid; `changes` replace members, and Ellipsis removes one."""
    members: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": USER,
        "eventTime": "2026-07-02T10:00:00Z",
        "eventSource": "mturk-requester.amazonaws.com",
        "eventName": "SendBonus",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "Boto3/1.40.0",
        "requestParameters": BONUS,
        "responseElements": None,
        "requestID": "0c1f9a3e-1111-4222-8333-000000000001",
        "eventID": "0c1f9a3e-1111-4222-8333-444444444444",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": "mturk-requester.us-east-1.amazonaws.com",
        },
    }
    return {name: value for name, value in (members | changes).items() if value is not ...}


def encoded(**changes: Any) -> bytes:
    return msgspec.json.encode(record(**changes))
