"""The server itself: where it listens, what it leaves behind, and how it goes with many callers."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError

from audit.demo.company import example_company
from audit.demo.faults import Fault
from audit.demo.server import LocalAws, local_aws
from audit.demo.wire import Call
from audit.model.error import InputError, MissingLibraryError
from tests.demo.building import ACCOUNT, NOW, OTHER, account, busy_marketplace, clients, company


@pytest.fixture
def aws() -> Iterator[LocalAws]:
    with local_aws(company(account(marketplace=busy_marketplace()), account(OTHER))) as running:
        yield running


def _port(aws: LocalAws) -> int:
    port = urlsplit(aws.url).port
    assert port is not None
    return port


def test_the_environment_is_all_that_boto3_needs(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.environment(ACCOUNT).items():
        monkeypatch.setenv(name, value)
    with closing(boto3.client("mturk")) as mturk, closing(boto3.client("sts")) as sts:
        assert mturk.get_account_balance()["AvailableBalance"] == "100.00"
        assert sts.get_caller_identity()["Account"] == ACCOUNT


def test_each_account_has_its_own_environment(aws: LocalAws) -> None:
    assert aws.account_ids == (ACCOUNT, OTHER)
    ours, others = (aws.environment(account_id) for account_id in aws.account_ids)
    assert {name for name in ours if ours[name] != others[name]} == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def test_it_listens_on_loopback_alone(aws: LocalAws) -> None:
    assert urlsplit(aws.url).hostname == "127.0.0.1"
    with socket.socket() as elsewhere:
        elsewhere.settimeout(2)
        assert elsewhere.connect_ex(("127.0.0.2", _port(aws))) != 0


def test_calls_are_logged_in_order_with_their_parameters(aws: LocalAws) -> None:
    with clients(aws) as made:
        made.mturk.list_hits(MaxResults=5)
        made.iam.get_account_authorization_details(Filter=["User"], MaxItems=7)
    first, second = aws.calls
    assert (first.number, first.name, first.parameters, first.account_id) == (
        1,
        "mturk:ListHITs",
        {"MaxResults": 5},
        ACCOUNT,
    )
    assert second.name == "iam:GetAccountAuthorizationDetails"
    assert second.parameters["Filter.member.1"] == "User"
    assert second.parameters["MaxItems"] == "7"
    assert aws.count("mturk:ListHITs") == 1


def test_an_unsigned_request_is_refused(aws: LocalAws) -> None:
    with socket.create_connection(("127.0.0.1", _port(aws)), timeout=5) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabcd")
        with connection.makefile("rb") as stream:
            answer = stream.read()
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"MissingAuthenticationToken" in answer
    assert aws.calls == ()


def test_the_clock_is_the_companys_moment_or_the_callers() -> None:
    moment = NOW + timedelta(days=200)
    whole = company(account(marketplace=busy_marketplace()))
    with local_aws(whole) as aws, clients(aws) as made:
        assert made.mturk.list_hits()["NumResults"] == 7
    with local_aws(whole, clock=lambda: moment) as aws, clients(aws) as made:
        assert made.mturk.list_hits()["NumResults"] == 0
        assert aws.calls[0].received_at == moment


def test_what_was_done_to_one_local_aws_is_not_in_the_next() -> None:
    whole = company(account(marketplace=busy_marketplace()))
    with local_aws(whole) as aws, clients(aws) as made:
        made.iam.create_user(UserName="left-over")
        made.mturk.create_worker_block(WorkerId="ALEFTOVER", Reason="r")
    with local_aws(whole) as aws, clients(aws) as made:
        assert [user["UserName"] for user in made.iam.list_users()["Users"]] == ["auditor"]
        assert made.mturk.list_worker_blocks()["NumResults"] == 3


def test_an_account_is_served_once_at_a_time(aws: LocalAws) -> None:
    again = company(account(OTHER))
    with pytest.raises(InputError, match=f"`{OTHER}` is already served"), local_aws(again):
        pass
    with (
        local_aws(company(account("999900001111"))) as second,
        clients(aws) as first,
        clients(second, "999900001111") as made,
    ):
        assert made.sts.get_caller_identity()["Account"] == "999900001111"
        assert first.sts.get_caller_identity()["Account"] == ACCOUNT


def test_it_leaves_no_thread_and_no_port_even_with_clients_that_stay_connected() -> None:
    before = threading.active_count()
    with ExitStack() as outlives_the_server:
        with local_aws(company(account(marketplace=busy_marketplace()))) as aws:
            port = _port(aws)
            made = outlives_the_server.enter_context(clients(aws))
            made.mturk.list_hits()
            outlives_the_server.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            assert threading.active_count() > before
        assert threading.active_count() == before
        with socket.socket() as connection:
            assert connection.connect_ex(("127.0.0.1", port)) != 0


def test_it_stops_at_once_while_a_call_hangs() -> None:
    reached = threading.Event()

    def hang(call: Call) -> Fault:
        reached.set()
        return Fault.HANG

    with ThreadPoolExecutor(1) as pool, ExitStack() as outlives_the_server:
        with local_aws(company(account(marketplace=busy_marketplace())), faults=hang) as aws:
            waiting = pool.submit(outlives_the_server.enter_context(clients(aws)).mturk.list_hits)
            assert reached.wait(10)
            stopping = time.monotonic()
        assert time.monotonic() - stopping < 5
        assert isinstance(waiting.exception(timeout=5), ConnectionClosedError)


def test_nothing_is_asked_of_the_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        asked.append(address[0])
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    with local_aws(example_company()) as aws:
        for account_id in aws.account_ids:
            with clients(aws, account_id) as made:
                made.iam.get_account_authorization_details()
                made.sts.get_caller_identity()
                with suppress(made.mturk.exceptions.RequestError):  # some accounts have no requester
                    made.mturk.list_hits()
    assert set(asked) == {"127.0.0.1"}


def test_many_threads_at_once_get_their_own_answers(aws: LocalAws) -> None:
    with clients(aws) as made, ThreadPoolExecutor(16) as pool:
        mturk = made.mturk
        ids = [f"3HIT{number % 7:05}" for number in range(200)]
        found = list(pool.map(lambda hit_id: mturk.get_hit(HITId=hit_id)["HIT"]["HITId"], ids))
    assert found == ids
    assert sorted(call.number for call in aws.calls) == list(range(1, 201))


def test_no_answer_waits_for_a_delayed_acknowledgement(aws: LocalAws) -> None:
    """Without the two settings of the handler every call takes 40 ms or more; the quickest of 50 tells."""
    with clients(aws) as made:
        mturk, times = made.mturk, []
        for _ in range(50):
            begun = time.perf_counter()
            mturk.get_account_balance()
            times.append(time.perf_counter() - begun)
    assert min(times) < 0.03


def test_latency_is_added_to_every_answer() -> None:
    with local_aws(company(account(marketplace=busy_marketplace())), latency=0.1) as aws, clients(aws) as made:
        mturk = made.mturk
        begun = time.perf_counter()
        mturk.get_account_balance()
        mturk.get_account_balance()
    assert time.perf_counter() - begun >= 0.2


def test_without_moto_one_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name == "moto" or name.startswith("moto.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "moto", None)
    with pytest.raises(MissingLibraryError, match=r"pip install 'mturk-audit\[demo\]'"), local_aws(company(account())):
        pass


def test_the_settings_point_to_no_file_and_no_proxy(aws: LocalAws) -> None:
    environment = aws.environment(ACCOUNT)
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    assert environment["NO_PROXY"] == "127.0.0.1"
