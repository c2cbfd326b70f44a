"""Snapshots, reports and sealed packages that say of themselves which file was changed, added or is missing."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from audit.model.error import InputError
from audit.model.result import AuditHeader, InputFile
from audit.model.snapshot import AccountSummary, Manifest, SnapshotFile
from audit.review.chain import last_review
from audit.review.folder import read_review
from audit.review.proof import REPORT_MANIFEST, artefact, report_manifest, safe_name, written
from audit.review.seal import SealParts, SealRefusedError, write_seal
from audit.review.seal_format import INDEX, SIGNATURE
from audit.review.verify import verify
from audit.snapshot.content import Snapshot
from audit.snapshot.reader import open_input
from audit.snapshot.writer import write_file, write_manifest
from tests.unit.review.audits import COLLECTOR, QUARTER

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)
EVIDENCE = {
    "111122223333/iam/account-aliases.json": b'{"AccountAliases":[]}',
    "111122223333/mturk/bonus-payments.jsonl": b"",
    "111122223333/mturk/worker-blocks.jsonl": b'{"WorkerId":"A1"}\n' * 40,
}


def make_snapshot(folder: Path) -> Path:
    files = []
    for name, content in EVIDENCE.items():
        sha256 = write_file(folder / name, [content])
        files.append(SnapshotFile(path=name, sha256=sha256, rows=1))
    manifest = Manifest(
        tool="test",
        window=QUARTER,
        caller_arn=COLLECTOR,
        accounts=(AccountSummary(account_id="111122223333"),),
        files=tuple(files),
        gaps=(),
        started_at=AT,
        ended_at=AT,
    )
    write_manifest(folder, manifest)
    return folder


def make_report(folder: Path, evidence: Snapshot, review: Path) -> Path:
    inputs = (
        InputFile(kind="evidence", name=evidence.name, sha256=evidence.sha256),
        *read_review(review).inputs,
    )
    header = AuditHeader(
        tool_version="0",
        catalog_version="0",
        catalog_sha256="0",
        ruleset_version="0",
        ruleset_sha256="0",
        command="mturk-audit report",
        input_name=evidence.name,
        input_sha256=evidence.sha256,
        as_of=AT,
        inputs=inputs,
        root_sha256="1" * 64,
    )
    outputs = {"report.html": b"<p>report</p>", "findings.csv": b"fingerprint\r\n"}
    for name, content in outputs.items():
        write_file(folder / name, [content])
    manifest = report_manifest(header, tuple(artefact(name, content) for name, content in outputs.items()))
    write_file(folder / REPORT_MANIFEST, [written(manifest)])
    return folder


class Place:
    """A review with all that belongs to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.evidence = make_snapshot(folder / "2026-Q3")
        self.review = folder / "review"
        write_file(self.review / "decisions.jsonl", [])
        self.report = make_report(folder / "report", open_input(self.evidence), self.review)

    def seal(self, name: str = "seal.tar", **fields: Path | None) -> Path:
        parts = SealParts(evidence=self.evidence, report=self.report, review=self.review)
        out = self.folder / name
        write_seal(out, msgspec.structs.replace(parts, **fields), open_input(self.evidence))
        return out


def make_key(folder: Path) -> Path:
    """The same key each time."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = folder / "key.pem"
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def faults(path: Path) -> list[tuple[str, str]]:
    return [(problem.path, problem.fault.value) for problem in verify(path).problems]


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def _link(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()
    elsewhere = path.parent.parent.parent / "elsewhere"
    elsewhere.write_bytes(content)
    path.symlink_to(elsewhere)


BLOCKS = "111122223333/mturk/worker-blocks.jsonl"
MEDDLING: dict[str, tuple[Callable[[Path], object], str]] = {
    "a byte more": (_append, "changed"),
    "gone": (Path.unlink, "missing"),
    "a link": (_link, "is no ordinary file"),
}


@pytest.mark.parametrize("case", MEDDLING)
def test_a_snapshot_names_what_was_meddled_with(case: str, place: Place) -> None:
    assert faults(place.evidence) == []
    change, fault = MEDDLING[case]
    change(place.evidence / BLOCKS)
    assert (BLOCKS, fault) in faults(place.evidence)


@pytest.mark.parametrize("case", MEDDLING)
def test_a_report_names_what_was_meddled_with(case: str, place: Place) -> None:
    assert faults(place.report) == []
    change, fault = MEDDLING[case]
    change(place.report / "findings.csv")
    assert ("findings.csv", fault) in faults(place.report)


def test_what_was_added_is_named(place: Place) -> None:
    for folder in (place.evidence, place.report):
        (folder / "new").mkdir()
        (folder / "new" / "file").write_bytes(b"")
        assert faults(folder) == [("new/file", "added")]


def test_a_changed_manifest_is_named(place: Place) -> None:
    manifest = place.report / REPORT_MANIFEST
    whole = manifest.read_bytes()
    for other in (whole[:-1], whole.replace(b'"size": 13', b'"size": 14'), b"{}", b""):
        manifest.write_bytes(other)
        assert faults(place.report) == [(REPORT_MANIFEST, "changed")]
    (place.evidence / "manifest.json").write_bytes(b"{")
    assert faults(place.evidence) == [("manifest.json", "changed")]


def test_a_manifest_that_leads_outside_reads_nothing_there(place: Place) -> None:
    text = (place.evidence / "manifest.json").read_text()
    (place.evidence / "manifest.json").write_text(text.replace(BLOCKS, "../report/findings.csv"))
    assert ("../report/findings.csv", "has a name that leads outside") in faults(place.evidence)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../x", "a//b", ".", "a\\b", "c:/x", ""])
def test_names_that_lead_outside_are_known(path: str) -> None:
    assert not safe_name(path)
    assert safe_name("a/..b/c.d")


def test_what_is_nothing_of_ours_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing that can be verified"):
        verify(tmp_path)
    for content in (b"", b"x" * 600, bytes(1024)):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(InputError, match="no sealed package"):
            verify(tmp_path / "file")
    with tarfile.open(tmp_path / "packed.tar.gz", "w:gz") as packed:
        packed.add(tmp_path / "file", "index.json")
    with pytest.raises(InputError, match="no sealed package"):
        verify(tmp_path / "packed.tar.gz")


def test_a_package_holds_everything_and_any_tar_program_opens_it(place: Place) -> None:
    sealed = place.seal()
    found = verify(sealed)
    assert (found.problems, found.checked) == ((), 8)
    with tarfile.open(sealed) as packed:
        members = {member.name: member for member in packed}
        assert list(members) == [INDEX, *sorted(name for name in members if name != INDEX)]
        blocks = packed.extractfile(f"evidence/{BLOCKS}")
        assert blocks is not None
        assert blocks.read() == EVIDENCE[BLOCKS]
    assert {(member.mtime, member.mode, member.uid, member.uname) for member in members.values()} == {(0, 0o600, 0, "")}


def test_two_machines_make_the_same_bytes(tmp_path: Path) -> None:
    one, two = Place(tmp_path / "one"), Place(tmp_path / "two" / "deeper")
    for path in two.report.iterdir():
        path.chmod(0o644)
    assert one.seal().read_bytes() == two.seal().read_bytes()


def _owner(sealed: Path, offset: int) -> str:
    """The member that a byte of the archive belongs to; the archive itself for its end."""
    with tarfile.open(sealed) as packed:
        for member in packed:
            if member.offset <= offset < member.offset_data + -(-member.size // 512) * 512:
                return member.name
    return sealed.name


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed")
    return Place(folder).seal(key=make_key(folder))


@given(data=st.data())
def test_one_byte_anywhere_makes_verify_name_its_file(sealed: Path, data: st.DataObject) -> None:
    whole = sealed.read_bytes()
    offset = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    other = sealed.with_name("changed") / sealed.name
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(whole[:offset] + bytes([whole[offset] ^ flip]) + whole[offset + 1 :])
    found = verify(other)
    assert [problem.path for problem in found.problems] == [_owner(sealed, offset)]


@given(data=st.data())
def test_a_package_that_was_cut_or_lengthened_is_never_whole(sealed: Path, data: st.DataObject) -> None:
    whole = sealed.read_bytes()
    other = sealed.with_name("changed") / sealed.name
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(data.draw(st.integers(512, len(whole) - 1).map(lambda size: whole[:size])))
    assert verify(other).problems
    other.write_bytes(whole + data.draw(st.binary(min_size=1, max_size=600)))
    assert [problem.path for problem in verify(other).problems] == [other.name]


def test_members_that_changed_places_are_named(place: Place, tmp_path: Path) -> None:
    sealed = place.seal()
    with tarfile.open(sealed) as packed:
        members = {member.name: member for member in packed}
    whole = sealed.read_bytes()
    one, two = members["report/findings.csv"], members["report/report-manifest.json"]
    first = whole[one.offset : one.offset + 1024]
    moved = whole[: one.offset] + whole[two.offset : two.offset + 1024] + whole[one.offset + 1024 :]
    assert first != moved[one.offset : one.offset + 1024]
    sealed.write_bytes(moved)
    assert [name for name, _ in faults(sealed)] == ["report/findings.csv"]


def test_an_index_that_was_forged_whole_still_has_another_root(place: Place) -> None:
    """Who rewrites everything gets another root hash: that is why it is noted down, chained or signed."""
    root = verify(place.seal()).root_sha256
    _append(place.evidence / BLOCKS)
    text = (place.evidence / "manifest.json").read_text()
    before = hashlib.sha256(EVIDENCE[BLOCKS]).hexdigest()
    after = hashlib.sha256(EVIDENCE[BLOCKS] + b" ").hexdigest()
    (place.evidence / "manifest.json").write_text(text.replace(before, after))
    make_report(place.report, open_input(place.evidence), place.review)
    forged = place.seal("forged.tar")
    assert verify(forged).problems == ()
    assert verify(forged).root_sha256 != root


def test_what_does_not_belong_together_is_not_sealed(place: Place) -> None:
    _append(place.report / "findings.csv")
    with pytest.raises(SealRefusedError, match=r"findings\.csv: changed"):
        place.seal()
    make_report(place.report, open_input(place.evidence), place.review)
    (place.review / "decisions.jsonl").unlink()
    place.seal("without.tar")
    (place.review / "signatures.jsonl").write_text(
        '{"name":"R","title":"T","statement":"S","signed_on":"2026-10-08"}\n'
    )
    with pytest.raises(InputError, match="not made from this sign-off"):
        place.seal("signed-later.tar")
    (place.review / "signatures.jsonl").unlink()
    (place.review / "link").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match="no ordinary file"):
        place.seal("linked.tar")
    assert {path.name for path in place.folder.glob("*.tar*")} == {"without.tar"}


def test_reviews_are_chained_and_a_broken_link_is_refused(place: Place) -> None:
    first = place.seal("q2.tar")
    second = place.seal("q3.tar", previous=first)
    assert f"Chained to q2.tar, root SHA-256 {verify(first).root_sha256}." in verify(second).notes
    assert last_review(second).sha256 == verify(second).root_sha256
    assert last_review(place.report).sha256 == verify(place.report).root_sha256
    whole = first.read_bytes()
    first.write_bytes(whole[:2000] + b"?" + whole[2001:])
    with pytest.raises(InputError, match="not as it was"):
        place.seal("again.tar", previous=first)
    for path in (first, place.evidence, place.folder / "none"):
        with pytest.raises(InputError):
            last_review(path)


def test_a_key_signs_the_index_and_a_changed_signature_is_named(place: Place) -> None:
    key = make_key(place.folder)
    signed = place.seal(key=key)
    found = verify(signed)
    assert found.problems == ()
    assert found.notes[0].startswith("Signed with the key 03a107bf")
    assert place.seal("again.tar", key=key).read_bytes() == signed.read_bytes()
    with tarfile.open(signed) as packed:
        member = packed.getmember(SIGNATURE)
    whole = signed.read_bytes()
    at = whole.index(b'"signature": "', member.offset_data) + 14
    for other in (bytes([whole[at] ^ 1]), whole[at : at + 1].upper() if whole[at : at + 1].isalpha() else b"f"):
        signed.write_bytes(whole[:at] + other + whole[at + 1 :])
        assert faults(signed) == [(SIGNATURE, "changed")]
