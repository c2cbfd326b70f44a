"""The review's folder: plain lines that merge, under a lock, never half-written."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from audit.model.error import InputError
from audit.model.review import Choice, Decision, Signature, SignatureState
from audit.review.folder import DECISIONS, ReviewFolder, read_review, record_decisions, record_signature
from audit.review.signing import sign, signature_rows


def decision(number: int, **fields: object) -> Decision:
    made = Decision(
        principal_arn=f"arn:aws:iam::111122223333:role/r{number}",
        unique_id=f"AROA{number:03d}",
        actions=("mechanicalturk:SendBonus",),
        choice=Choice.KEEP,
        reviewer="rita",
        decided_on=date(2026, 10, 6),
        quarter="2026-Q3",
        recorded_at=datetime(2026, 10, 6, 12, tzinfo=UTC),
    )
    return msgspec.structs.replace(made, **fields)


def add(folder: Path, *numbers: int) -> None:
    record_decisions(folder, lambda _: [decision(number) for number in numbers])


def test_lines_are_sorted_whoever_comes_first(tmp_path: Path) -> None:
    for folder, order in ((tmp_path / "a", (2, 1, 3)), (tmp_path / "b", (3, 2, 1))):
        for number in order:
            add(folder, number)
    one, two = ((tmp_path / name / DECISIONS).read_bytes() for name in "ab")
    assert one == two
    assert one.count(b"\n") == 3
    assert (tmp_path / "a" / DECISIONS).stat().st_mode & 0o777 == 0o600


def test_the_same_file_twice_adds_nothing_and_a_change_of_mind_stays_beside(tmp_path: Path) -> None:
    first = decision(1)
    assert record_decisions(tmp_path, lambda _: [first]) == (first,)
    later = datetime(2026, 10, 7, tzinfo=UTC)
    assert record_decisions(tmp_path, lambda _: [decision(1, recorded_at=later)]) == ()
    changed = decision(1, choice=Choice.REVOKE, recorded_at=later)
    assert record_decisions(tmp_path, lambda _: [changed]) == (changed,)
    assert read_review(tmp_path).decisions == (first, changed)


def test_both_sides_of_a_merge_are_kept(tmp_path: Path) -> None:
    lines = []
    for name, number in (("mine", 1), ("theirs", 2)):
        add(tmp_path / name, 3, number)
        lines.append((tmp_path / name / DECISIONS).read_bytes())
    (tmp_path / DECISIONS).write_bytes(lines[1] + lines[0])
    assert [one.unique_id for one in read_review(tmp_path).decisions] == ["AROA001", "AROA002", "AROA003"]


def test_a_merge_that_was_not_finished_is_named(tmp_path: Path) -> None:
    (tmp_path / DECISIONS).write_bytes(b"<<<<<<< HEAD\n")
    with pytest.raises(InputError, match=r"line 1 is no record.*take the marks out"):
        read_review(tmp_path)
    with pytest.raises(InputError, match="is no folder"):
        read_review(tmp_path / "none")


def test_people_who_apply_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each waits for the others inside the lock; with no lock, the slow ones would overwrite what came meanwhile."""
    slow = threading.Barrier(2)
    seen: list[int] = []

    def first(present: ReviewFolder) -> list[Decision]:
        slow.wait(10)
        seen.append(len(present.decisions))
        return [decision(1)]

    def second(present: ReviewFolder) -> list[Decision]:
        seen.append(len(present.decisions))
        return [decision(2)]

    def follow() -> None:
        slow.wait(10)
        record_decisions(tmp_path, second)

    threads = [threading.Thread(target=record_decisions, args=(tmp_path, first)), threading.Thread(target=follow)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == [0, 1]
    assert len(read_review(tmp_path).decisions) == 2


def test_nothing_is_written_where_the_check_fails(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        record_decisions(tmp_path / "new", _refuse)
    assert not (tmp_path / "new").exists()
    record_decisions(tmp_path, lambda _: [decision(1)])
    before = (tmp_path / DECISIONS).read_bytes()
    with pytest.raises(InputError):
        record_decisions(tmp_path, _refuse)
    assert (tmp_path / DECISIONS).read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {DECISIONS, ".lock"}


def _refuse(_: ReviewFolder) -> list[Decision]:
    raise InputError("no")


def _signed(folder: Path, key: Path | None = None) -> Signature:
    def make(present: ReviewFolder) -> Signature:
        made = Signature(
            name="Rita Brandt",
            title="CFO",
            statement="I have read it.",
            signed_on=date(2026, 10, 8),
            evidence_sha256="e" * 64,
            decisions_sha256=present.decisions_sha256,
        )
        return made if key is None else sign(made, key)

    return record_signature(folder, make)


def _states(folder: Path, evidence: str = "e" * 64, exceptions: str = "") -> list[SignatureState]:
    return [row.state for row in signature_rows(read_review(folder), evidence, exceptions)]


def test_a_sign_off_holds_for_what_was_signed_alone(tmp_path: Path) -> None:
    record_decisions(tmp_path, lambda _: [decision(1)])
    _signed(tmp_path)
    assert _states(tmp_path) == [SignatureState.STATED]
    assert _states(tmp_path, evidence="f" * 64) == [SignatureState.OUTDATED]
    assert _states(tmp_path, exceptions="x") == [SignatureState.OUTDATED]
    record_decisions(tmp_path, lambda _: [decision(2)])
    assert _states(tmp_path) == [SignatureState.OUTDATED]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    path = tmp_path / "key.pem"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def test_a_key_signs_and_any_change_is_noticed(tmp_path: Path, key: Path) -> None:
    folder = tmp_path / "review"
    signature = _signed(folder, key)
    assert len(signature.key) == 64
    assert _states(folder) == [SignatureState.VALID]
    file = folder / "signatures.jsonl"
    whole = file.read_text()
    for text, other in (("CFO", "CEO"), ("2026-10-08", "2026-10-09"), (signature.key[:4], "0000")):
        file.write_text(whole.replace(text, other))
        assert _states(folder) == [SignatureState.INVALID]
    file.write_text(whole.replace(f'"key":"{signature.key}"', '"key":""'))
    assert _states(folder) == [SignatureState.INVALID]


def test_keys_that_cannot_sign_are_one_sentence(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content, told in ((b"secret words", "no private key in PEM"), (other, "of another kind than Ed25519")):
        path = tmp_path / "bad.pem"
        path.write_bytes(content)
        with pytest.raises(InputError, match=told) as error:
            _signed(tmp_path / "review", path)
        assert "secret" not in str(error.value)
    with pytest.raises(InputError, match="openssl genpkey"):
        _signed(tmp_path / "review", tmp_path / "none.pem")
    assert not (tmp_path / "review" / "signatures.jsonl").exists()
