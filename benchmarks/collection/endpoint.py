"""An account with many HITs behind an endpoint that answers late: `python -m benchmarks.collection.endpoint HITS MS`.

It is a process of its own and does as little as it can, so that the collector is what is measured. It prints its port;
told to end, it prints how many calls came, how many of them twice, and how many were in flight at most.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections import Counter

ACCOUNT = "111122223333"
CREATED = 1_782_864_000
PAGE = 100
BONUSES = 2
"""Of every HIT."""

_IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult>"
    f"<Arn>arn:aws:iam::{ACCOUNT}:user/auditor</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
_EMPTY = "<{0}Response><{0}Result><AccountAliases/><IsTruncated>false</IsTruncated></{0}Result></{0}Response>"
_DENIED = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
_ERROR = {"__type": "AWSOrganizationsNotInUseException", "message": "no organization"}


class Account:
    """Answers by operation, and what was asked."""

    def __init__(self, hits: int) -> None:
        self._hits = hits
        self.seen: Counter[bytes] = Counter()
        self.flying = 0
        self.most = 0

    def answer(self, target: str, body: bytes) -> tuple[int, str, bytes]:
        """Give status, content type and body."""
        if not target:
            action = body.decode().partition("Action=")[2].partition("&")[0]
            if action == "GenerateCredentialReport":
                return 403, "text/xml", _DENIED
            text = _IDENTITY if action == "GetCallerIdentity" else _EMPTY.format(action)
            return 200, "text/xml", text.encode()
        operation = target.rpartition(".")[2]
        if operation == "DescribeOrganization":
            return 400, "application/x-amz-json-1.1", json.dumps(_ERROR).encode()
        return 200, "application/x-amz-json-1.1", json.dumps(self._mturk(operation, json.loads(body))).encode()

    def _mturk(self, operation: str, asked: dict[str, str]) -> dict[str, object]:
        if operation == "GetAccountBalance":
            return {"AvailableBalance": "10.00"}
        if operation == "ListBonusPayments":
            rows = [_payment(asked["HITId"], number) for number in range(BONUSES)]
            return {"NumResults": len(rows), "BonusPayments": rows}
        if operation == "ListHITs":
            start = int(asked.get("NextToken", "0"))
            hits = [_hit(number) for number in range(start, min(start + PAGE, self._hits))]
            more = {"NextToken": str(start + PAGE)} if start + PAGE < self._hits else {}
            return {"NumResults": len(hits), "HITs": hits, **more}
        if operation == "ListWorkerBlocks":
            return {"NumResults": 0, "WorkerBlocks": []}
        return {"Events": [], "trailList": []}


def _hit(number: int) -> dict[str, object]:
    return {"HITId": f"3HIT{number:026}", "CreationTime": CREATED, "Expiration": CREATED + 86400, "Title": "Label it"}


def _payment(hit_id: str, number: int) -> dict[str, object]:
    return {
        "WorkerId": f"AWORKER{number}",
        "BonusAmount": "1.50",
        "AssignmentId": f"{hit_id}A{number}",
        "Reason": "thank you",
        "GrantTime": CREATED + number,
    }


async def _serve(hits: int, milliseconds: float) -> None:
    account = Account(hits)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                headers = dict(line.lower().partition(": ")[::2] for line in head.split("\r\n")[1:])
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                account.flying += 1
                account.most = max(account.most, account.flying)
                target = next((line[14:] for line in head.split("\r\n") if line[:13].lower() == "x-amz-target:"), "")
                account.seen[target.encode() + body] += 1
                await asyncio.sleep(milliseconds / 1000)
                status, kind, answer = account.answer(target.strip(), body)
                account.flying -= 1
                line = f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\nContent-Length: {len(answer)}\r\n\r\n"
                writer.write(line.encode() + answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    twice = sum(count - 1 for count in account.seen.values())
    print(json.dumps({"calls": account.seen.total(), "twice": twice, "most": account.most}), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
