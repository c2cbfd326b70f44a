"""What ends a collection before it begins: one sentence each, and nothing on the disk."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from audit.collect.clients import SANDBOX_ENDPOINT, Clients
from audit.collect.collector import collect_snapshot
from audit.collect.interface import SilentProgress
from audit.model.error import AuditError, CollectError, InputError
from audit.snapshot.window import parse_window
from tests.collect.company import company
from tests.collect.fake_aws import HTML, FakeAws, Reply, Request, serving, xml_error
from tests.collect.running import FakeClock, KeptProgress, collect, evidence, options, unused_port


def refused(tmp_path: Path, kind: type[AuditError], **changes: Any) -> str:
    """Collect with `changes`, expect an error of `kind`, and return its sentence."""
    fake = changes.pop("fake", company())
    with pytest.raises(kind) as caught:
        collect(fake, tmp_path / "snapshot", **changes)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert not (tmp_path / "snapshot").exists(), "nothing is half written"
    return sentence


def test_without_credentials_the_sentence_says_where_to_put_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    fake = company()
    assert "no AWS credentials were found; set AWS_ACCESS_KEY_ID" in refused(tmp_path, CollectError, fake=fake)
    assert fake.requests == []


def test_half_a_key_pair_is_no_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "the AWS credentials cannot be used" in refused(tmp_path, CollectError)


def test_an_unknown_profile_is_named(tmp_path: Path) -> None:
    assert "audit-team" in refused(tmp_path, CollectError, profile="audit-team")


def test_refused_credentials_are_named_with_the_code(tmp_path: Path) -> None:
    fake = company()
    fake.fault = lambda request: xml_error("InvalidClientTokenId", "The security token is invalid", 403)
    sentence = refused(tmp_path, CollectError, fake=fake)
    assert "refused by sts:GetCallerIdentity (InvalidClientTokenId" in sentence


def test_no_network_is_one_sentence(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{unused_port()}"
    sentence = refused(tmp_path, CollectError, endpoint_url=url)
    assert sentence.startswith("AWS cannot be reached, so nothing could be asked")
    assert url in sentence
    assert "connection refused" in sentence


def test_an_unknown_host_is_one_sentence(tmp_path: Path) -> None:
    sentence = refused(tmp_path, CollectError, endpoint_url="http://aws.invalid:80")
    assert "the name aws.invalid:80 of the endpoint for sts:GetCallerIdentity is not known" in sentence


@pytest.mark.parametrize("reply", [HTML, Reply(200, b"<html><p>hello", "text/html"), Reply(200, b"{}")])
def test_an_endpoint_that_is_no_aws_is_named(tmp_path: Path, reply: Reply) -> None:
    fake = company()
    fake.fault = lambda request: reply
    sentence = refused(tmp_path, CollectError, fake=fake)
    assert "AWS did not say whose credentials these are" in sentence
    assert "http://127.0.0.1:" in sentence


def test_a_user_and_password_in_the_endpoint_are_not_repeated(tmp_path: Path) -> None:
    url = f"http://joe:secret@127.0.0.1:{unused_port()}"
    assert "secret" not in refused(tmp_path, CollectError, endpoint_url=url)


def test_an_endpoint_that_is_no_url_is_refused(tmp_path: Path) -> None:
    assert "write it like http://" in refused(tmp_path, InputError, endpoint_url="local aws")


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-2", "", "us-east-1a"])
def test_another_region_is_refused(tmp_path: Path, region: str) -> None:
    sentence = refused(tmp_path, InputError, region=region)
    assert f"`{region}` has no Mechanical Turk; it is in us-east-1 only" in sentence


def test_the_only_region_may_be_said(tmp_path: Path) -> None:
    assert collect(company(), tmp_path / "snapshot", region="us-east-1").gaps == ()


@pytest.mark.parametrize("name", ["AWS_DEFAULT_REGION", "AWS_REGION"])
def test_a_configured_region_is_ignored_with_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "eu-central-1")
    progress = KeptProgress()
    collect(company(), tmp_path / "snapshot", progress=progress)
    notes = [call[1] for call in progress.calls if call[0] == "note"]
    assert notes == ["the configured region eu-central-1 is ignored: Mechanical Turk is in us-east-1 only"]


def test_the_clients_are_in_the_only_region_whatever_is_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    clients = Clients(options(tmp_path), SilentProgress())
    assert clients.endpoint("mturk") == "https://mturk-requester.us-east-1.amazonaws.com"


def test_the_sandbox_is_another_endpoint(tmp_path: Path) -> None:
    clients = Clients(options(tmp_path, environment="sandbox"), SilentProgress())
    assert clients.endpoint("mturk") == SANDBOX_ENDPOINT
    assert "sandbox" not in clients.endpoint("iam")


def test_a_configured_endpoint_counts_in_the_sandbox_too(tmp_path: Path) -> None:
    manifest = collect(company(), tmp_path / "snapshot", environment="sandbox")
    assert manifest.environment == "sandbox"
    assert manifest.gaps == ()


def test_the_sandbox_is_never_taken_for_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", SANDBOX_ENDPOINT)
    with pytest.raises(InputError, match="is the sandbox of Mechanical Turk"):
        Clients(options(tmp_path), SilentProgress())


def test_services_have_endpoints_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turk, rest = company(), company()
    with serving(turk) as turk_url, serving(rest) as rest_url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", rest_url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", turk_url)
        collect_snapshot(options(tmp_path / "snapshot"), progress=SilentProgress(), clock=FakeClock())
    assert set(turk.operations()) == {"GetAccountBalance", "ListHITs", "ListBonusPayments", "ListWorkerBlocks"}
    assert not set(turk.operations()) & set(rest.operations())


def test_a_mechanical_turk_that_no_longer_has_a_name_is_retired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of AWS answers here, and the name of AWS's own endpoint for Mechanical Turk resolves to nothing."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: str, *args: Any, **kwargs: Any) -> Any:
        if host.endswith(".amazonaws.com"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with serving(company()) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_ORGANIZATIONS", url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDTRAIL", url)
        manifest = collect_snapshot(options(tmp_path / "snapshot"), progress=SilentProgress(), clock=FakeClock())
    assert {(gap.source.partition(":")[0], str(gap.reason)) for gap in manifest.gaps} == {("mturk", "retired")}
    assert len(manifest.gaps) == 4
    assert "mturk-requester.us-east-1.amazonaws.com, is not known any more" in manifest.gaps[0].detail


def test_an_unknown_host_of_ones_own_is_failed_and_not_retired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", "http://mturk.invalid")
    with serving(company()) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        manifest = collect_snapshot(options(tmp_path / "snapshot"), progress=SilentProgress(), clock=FakeClock())
    assert {str(gap.reason) for gap in manifest.gaps} == {"failed"}
    assert "check the endpoint and the network" in manifest.gaps[0].detail


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"max_concurrency": 0}, "--max-concurrency"),
        ({"calls_per_second": 0.0}, "calls a second"),
        ({"calls_per_second": -1.0}, "calls a second"),
        ({"max_attempts": 0}, "attempts"),
        ({"read_timeout": 0.0}, "read timeout"),
        ({"environment": "staging"}, "production or sandbox"),
        ({"window": parse_window("2027-Q1")}, "still to come"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    assert words in refused(tmp_path, InputError, **changes)


def test_a_window_that_has_begun_and_not_ended_can_be_collected(tmp_path: Path) -> None:
    assert collect(company(), tmp_path / "snapshot", window=parse_window("2026-Q3")).gaps == ()


def test_a_failed_start_leaves_an_unfinished_snapshot_as_it_was(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    collect(company(), whole)
    fake = company()

    def expired(request: Request) -> Reply | None:
        late = request.operation == "ListWorkerBlocks"
        return Reply(400, b'{"__type":"ExpiredTokenException","message":"expired"}') if late else None

    fake.fault = expired
    out = tmp_path / "snapshot"
    with pytest.raises(CollectError):
        collect(fake, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    down = FakeAws(fault=lambda request: HTML)
    with pytest.raises(CollectError):
        collect(down, out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    collect(company(), out)
    assert evidence(out) == evidence(whole)
