"""access.toml: read strictly, and proposed from what was used so that it reads back the same."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from audit.catalog.load import load_profile
from audit.model.activity import Observation
from audit.model.error import InputError
from audit.review.access_file import read_access_model
from audit.review.access_proposal import UNKNOWN_OWNER, access_toml, propose_access
from tests.render.factory import typical_result

PROFILE = load_profile()
WHOLE = """
[[access]]
id = "payroll"
principals = ["arn:aws:iam::444455556666:role/payments/*"]
tags = { team = "payments", stage = "prod" }
paths = ["/payments/"]
privileges = ["SendBonus", "mechanicalturk:List*"]
risk-classes = ["views"]
owner = "ulla.berg"
why = "pays the monthly bonuses"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_says_whom_and_what_it_means(tmp_path: Path) -> None:
    model = read_access_model(written(tmp_path, WHOLE), PROFILE)
    (entry,) = model.entries
    assert entry.tags == (("stage", "prod"), ("team", "payments"))
    assert entry.privileges == ("SendBonus", "mechanicalturk:List*")
    assert len(model.sha256) == 64


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("owner =", "ownr ="), "has the key `ownr`, which is not known"),
        (('why = "pays the monthly bonuses"', 'why = " "'), "has no `why`"),
        (('why = "pays the monthly bonuses"', ""), "has no `why`"),
        (('"SendBonus"', '"SendBonsu"'), "names `SendBonsu`, which fits no privilege"),
        (('["views"]', '["viewing"]'), "names the risk class `viewing`, which does not exist"),
        (('["/payments/"]', '"/payments/"'), "`paths` is a list of texts"),
        (('"payments", stage', "1, stage"), "`tags` is a table of texts"),
        (("[[access]]", "[[acces]]"), "`acces` is not known"),
        (("[[access]]", "[access]"), "is one table; write an entry under [[access]]"),
        (("[[access]]", "[[access"), "cannot be read as TOML"),
        ((WHOLE, ""), "holds no entry"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        read_access_model(written(tmp_path, WHOLE.replace(*change)), PROFILE)
    assert "access.toml" in str(caught.value)


@pytest.mark.parametrize("missing", ["principals", "privileges"])
def test_an_entry_that_means_nobody_or_nothing_is_refused(tmp_path: Path, missing: str) -> None:
    kept = {"principals": "principals = ['*']", "privileges": "privileges = ['SendBonus']"}
    del kept[missing]
    text = "[[access]]\nid = 'x'\nowner = 'o'\nwhy = 'w'\n" + "\n".join(kept.values())
    with pytest.raises(InputError, match="does not say"):
        read_access_model(written(tmp_path, text), PROFILE)


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="stands twice"):
        read_access_model(written(tmp_path, WHOLE + WHOLE), PROFILE)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_access_model(tmp_path / "none.toml", PROFILE)


def test_what_is_proposed_reads_back_and_means_exactly_what_was_used(tmp_path: Path) -> None:
    result = typical_result()
    proposal = propose_access(result)
    assert proposal.entries
    model = read_access_model(written(tmp_path, access_toml(proposal)), PROFILE)
    assert model.entries == tuple(sorted(proposal.entries, key=lambda entry: entry.id))
    used = {
        (entitlement.principal_arn, entitlement.action.partition(":")[2])
        for entitlement in result.entitlements
        if entitlement.observation is Observation.OBSERVED
    }
    assert {(entry.principals[0], name) for entry in model.entries for name in entry.privileges} == used


def test_owners_come_from_tags_and_hostile_names_stay_texts(tmp_path: Path) -> None:
    result = typical_result()
    observed = next(each for each in result.entitlements if each.observation is Observation.OBSERVED)
    hostile = 'x"]\nprincipals = ["*'
    principals = tuple(
        msgspec.structs.replace(each, name=hostile, tags=(("owner", hostile),))
        if each.arn == observed.principal_arn
        else msgspec.structs.replace(each, tags=())
        for each in result.principals
    )
    proposal = propose_access(msgspec.structs.replace(result, principals=principals))
    model = read_access_model(written(tmp_path, access_toml(proposal)), PROFILE)
    owners = {entry.principals[0]: entry.owner for entry in model.entries}
    assert owners.pop(observed.principal_arn) == hostile
    assert set(owners.values()) == {UNKNOWN_OWNER}
