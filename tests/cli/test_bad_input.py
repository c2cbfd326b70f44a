"""Bad input: one clear sentence that names the thing and the next step, the right exit code, nothing half-written."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.evidence import ACCOUNT, CLOSED, account, allow, policy, saved, user
from tests.cli.process import Ended, mturk_audit

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}
DATA = ("--format", "json", "--format", "csv")


def _assert_refused(ended: Ended, *words: str) -> None:
    """One sentence on stderr with these words, exit code 2, no data and no traceback."""
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith("mturk-audit: ")
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("this is not JSON", "is not JSON"),
        ("", "is empty"),
        ('{"Users": []}', "not the output of `aws iam get-account-authorization-details`"),
        ("[1, 2]", "not the output of `aws iam get-account-authorization-details`"),
        ('{"UserDetailList": [', "is not JSON"),
        (json.dumps(account()), "nothing to audit"),
    ],
    ids=["no JSON", "nothing", "other JSON", "a list", "cut off", "an empty account"],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: str, told: str) -> None:
    path = saved(tmp_path, content)
    _assert_refused(mturk_audit("report", path, "--out", tmp_path / "out"), f"`{path}`", told)
    assert [entry.name for entry in tmp_path.iterdir()] == ["account.json"]


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    _assert_refused(mturk_audit("report", tmp_path / "x", "--out", tmp_path / "out"), "does not exist")
    _assert_refused(mturk_audit("entitlements", tmp_path / "x"), "does not exist")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    _assert_refused(mturk_audit("report", tmp_path, "--out", tmp_path / "out"), "is no snapshot")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (user("maria", "{not a policy"), "policy-1"),
        (user("maria", policy({"Effect": "Maybe", "Action": "mechanicalturk:*", "Resource": "*"})), "policy-1"),
        (
            user("maria", policy(allow("mechanicalturk:*", Condition={"StringAlmostEquals": {"aws:userid": "x"}}))),
            "StringAlmostEquals",
        ),
        (user("maria", groups=("Ghosts",)), "Ghosts"),
        (user("maria", attached=(f"arn:aws:iam::{ACCOUNT}:policy/Vanished",)), "Vanished"),
    ],
    ids=["unparsable policy", "unknown effect", "unknown operator", "missing group", "missing policy"],
)
def test_a_policy_that_cannot_be_evaluated_is_counted_and_named(
    tmp_path: Path, broken: dict[str, object], told: str
) -> None:
    """The rest of the account is audited; the exit code is 3, for nothing else in it would be a finding."""
    path = saved(tmp_path, account(broken, user("otto", policy(allow("s3:GetObject")))))
    out = tmp_path / "out"
    ended = mturk_audit("report", path, "--out", out, "--as-of", CLOSED, "--fail-on", "never", *DATA)
    assert ended.code == 3
    assert "Traceback" not in ended.err
    assert "not fully evaluated: 1 of 2 principals" in ended.err
    defects = list(csv.DictReader((out / "defects.csv").read_text().splitlines()))
    assert any(told in row["subject"] + row["where"] + row["detail"] for row in defects)
    assert all(f"user/{broken['UserName']}" in row["principals"] for row in defects)


def test_a_report_goes_to_no_file(tmp_path: Path) -> None:
    path = saved(tmp_path, account(user("maria", policy(allow("*")))))
    _assert_refused(mturk_audit("report", path, "--out", path), f"`{path}` is a file", "--out")


@pytest.mark.parametrize("place", ["/proc/report", "account.json/below", "account.json/deep/below"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, place: str) -> None:
    """Also for root, whom modes do not stop: /proc takes no folders, and a file has none in it."""
    path = saved(tmp_path, account(user("maria", policy(allow("*")))))
    ended = mturk_audit("report", path, "--out", tmp_path / place)
    _assert_refused(ended, "cannot be written", "--out")
    assert [entry.name for entry in tmp_path.iterdir()] == ["account.json"]


def test_a_folder_with_other_files_is_kept(tmp_path: Path) -> None:
    path = saved(tmp_path, account(user("maria", policy(allow("*")))))
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    _assert_refused(mturk_audit("report", path, "--out", out), "`thesis.txt`", "--force")
    forced = mturk_audit("report", path, "--out", out, "--force", *DATA)
    assert forced.code == 1
    assert (out / "thesis.txt").read_text() == "mine"
    assert (out / "report.json").is_file()


def test_a_report_is_never_written_into_a_snapshot(tmp_path: Path) -> None:
    path = saved(tmp_path, account(user("maria", policy(allow("*")))))
    out = tmp_path / "snapshot"
    out.mkdir()
    (out / "manifest.json").write_text("{}")
    _assert_refused(mturk_audit("report", path, "--out", out, "--force"), "holds a snapshot")


def test_a_pseudonym_key_that_is_missing_or_short_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, account(user("maria", policy(allow("*")))))
    report = ("report", path, "--out", tmp_path / "out", "--pseudonym-key")
    _assert_refused(mturk_audit(*report, tmp_path / "none"), "cannot be read")
    short = saved(tmp_path, "secret\n", "key")
    _assert_refused(mturk_audit(*report, short), "has 6 bytes", "openssl rand")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("window", "told"),
    [
        (("--window", "2026-Q5"), "`2026-Q5` is no quarter"),
        (("--since", "2026-07-01", "--until", "2026-01-01"), "holds no time"),
        (("--since", "soon", "--until", "2026-01-01"), "`soon` of `--since`"),
    ],
)
def test_a_window_that_is_none_is_refused(tmp_path: Path, window: tuple[str, ...], told: str) -> None:
    _assert_refused(mturk_audit("collect", *window, "--out", tmp_path / "snapshot"), told)
    path = saved(tmp_path, account(user("maria", policy(allow("*")))))
    _assert_refused(mturk_audit("report", path, *window, "--out", tmp_path / "out"), told)


@pytest.mark.parametrize(
    "window",
    [(), ("--since", "2026-07-01"), ("--window", "2026-Q3", "--since", "2026-07-01")],
    ids=["none", "half", "two"],
)
def test_a_collection_needs_one_window(tmp_path: Path, window: tuple[str, ...]) -> None:
    ended = mturk_audit("collect", *window, "--out", tmp_path / "snapshot")
    assert ended.code == 2
    assert "--until" in ended.err
    assert not list(tmp_path.iterdir())


COLLECT = ("collect", "--window", "2026-Q3", "--out", "snapshot")


def test_missing_credentials_are_refused(tmp_path: Path) -> None:
    _assert_refused(mturk_audit(*COLLECT, cwd=tmp_path), "no AWS credentials", "--profile")
    assert not list(tmp_path.iterdir())


def test_a_profile_that_does_not_exist_is_named(tmp_path: Path) -> None:
    _assert_refused(mturk_audit(*COLLECT, "--profile", "audti", cwd=tmp_path), "audti")
    assert not list(tmp_path.iterdir())


def test_a_region_without_mechanical_turk_is_refused(tmp_path: Path) -> None:
    ended = mturk_audit(*COLLECT, "--region", "eu-west-1", cwd=tmp_path, env=KEYS)
    _assert_refused(ended, "`eu-west-1` has no Mechanical Turk", "us-east-1")
    assert not list(tmp_path.iterdir())


def test_no_network_is_told_as_such(tmp_path: Path) -> None:
    """A closed port on loopback stands for a network that is not there."""
    ended = mturk_audit(*COLLECT, "--endpoint-url", "http://127.0.0.1:9", cwd=tmp_path, env=KEYS)
    _assert_refused(ended, "cannot be reached", "http://127.0.0.1:9", "network")
    assert not list(tmp_path.iterdir())


class _Page(BaseHTTPRequestHandler):
    """What a proxy or a wrong address answers."""

    def do_POST(self) -> None:
        body = b"<html><body>Sign in to the guest network</body></html>"
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives
        """Say nothing."""


@pytest.fixture
def page_url() -> Iterator[str]:
    """An endpoint that answers every question with a page of HTML."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_endpoint_that_answers_html_is_named(tmp_path: Path, page_url: str) -> None:
    ended = mturk_audit(*COLLECT, "--endpoint-url", page_url, cwd=tmp_path, env=KEYS)
    _assert_refused(ended, page_url)
    assert not list(tmp_path.iterdir())
