"""What each format tells of the findings, read back out of its file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import fromstring

import pyarrow.parquet as pq

Finding = tuple[str, str, str, str, int]
"""Fingerprint, rule, severity, account, number of subjects."""


def _sarif(raw: bytes) -> list[Finding]:
    (run,) = json.loads(raw)["runs"]
    return [
        (
            row["fingerprints"]["mturk-audit/v1"],
            row["ruleId"],
            row["properties"]["severity"],
            row["properties"]["accountId"],
            row["properties"]["subjectCount"],
        )
        for row in run["results"]
    ]


def _ocsf(raw: bytes) -> list[Finding]:
    return [
        (
            event["finding_info"]["uid"],
            event["compliance"]["control"],
            event["severity"].lower(),
            event["cloud"]["account"]["uid"],
            sum(resource["type"] != "AwsAccount" for resource in event["resources"]),
        )
        for event in json.loads(raw)
        if event["compliance"]["status"] == "Fail"
    ]


def _asff(raw: bytes) -> list[Finding]:
    return [
        (
            finding["Id"].rpartition("/")[2],
            finding["GeneratorId"].rpartition("/")[2],
            finding["Severity"]["Label"].lower(),
            finding["AwsAccountId"],
            int(finding["ProductFields"]["mturk-audit/PrincipalCount"]),
        )
        for finding in json.loads(raw)
        if finding["Compliance"]["Status"] == "FAILED"
    ]


def _junit(raw: bytes) -> list[Finding]:
    found = []
    for case in fromstring(raw).iter("testcase"):
        for block in ((case.findtext("failure") or "") + "\n\n").split("\n\n"):
            head, _, rest = block.partition("\n")
            if not head:
                continue
            severity, fingerprint, _ = head.split(" ", 2)
            number = re.search(r"^concerns (\d+):$", rest, re.MULTILINE)
            assert number
            account = case.get("classname", "").removeprefix("mturk-audit.")
            found.append((fingerprint, case.get("name", ""), severity, account, int(number[1])))
    return found


_ROW = r"^\| (critical|high|medium|low) \| `([^`]+)` \| `([^`]+)` \| ([^|]*) \|.*\| `(\w+)` \|$"


def _markdown(raw: bytes) -> list[Finding]:
    """Of the rows that are shown."""
    rows = re.findall(_ROW, raw.decode(), re.MULTILINE)
    return [
        (fingerprint, rule, severity, account, sum(map(int, re.findall(r"\d+", who.replace(",", "")))))
        for severity, rule, account, who, fingerprint in rows
    ]


def _parquet(raw: bytes) -> list[Finding]:
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(raw)).to_pylist()
    return [(row["fingerprint"], row["rule"], row["severity"], row["account_id"], row["subject_count"]) for row in rows]


TOLD: dict[str, Callable[[bytes], list[Finding]]] = {
    "findings.sarif": _sarif,
    "findings-ocsf.json": _ocsf,
    "findings-asff.json": _asff,
    "junit.xml": _junit,
    "summary.md": _markdown,
    "findings.parquet": _parquet,
}
"""By file name."""
