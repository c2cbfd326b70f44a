"""What an error of a call means: a gap of one of the kinds, or the end of the collection in one sentence.

https://docs.aws.amazon.com/AWSMechTurk/latest/AWSMturkAPI/ApiReference_ErrorsArticle.html
"""

from __future__ import annotations

import re
from json import JSONDecodeError
from typing import Any

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from urllib3.exceptions import NameResolutionError

from audit.collect.interface import ApiCall, Failure
from audit.model.error import CollectError
from audit.model.snapshot import GapReason

_NOT_LINKED = "AWS.AccountNotLinked"
_DOES_NOT_EXIST = frozenset({"AWS.MechanicalTurk.AssignmentDoesNotExist", "AWS.MechanicalTurk.HITDoesNotExist"})

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"})
_THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "SlowDown",
        "429",
    }
)
_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "IncompleteSignature",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestExpired",
    }
)
_NO_SUCH = frozenset({"NoSuchEntity", "NoSuchEntityException"})
_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"

_NOT_READY = frozenset({"ReportExpired", "ReportNotPresent", "ReportInProgress"})
"""Of a credential report, which has to be made again: two of them come with the status of something that is gone."""

_CLOSED = re.compile(
    r"no longer (?:available|supported|in service|operat)|discontinued"
    r"|(?:has|have|was|is) (?:been )?(?:permanently )?(?:closed|retired|shut down|sunset)|end of (?:life|support)",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"\b(?:service|mechanical turk|mturk)\b", re.IGNORECASE)
"""Beside `_CLOSED`: a HIT may be closed too."""
_STAMP = re.compile(r"\s*\(\d{10,16}(?:\s*s)?\)\.?\s*$")
_LONGEST_MESSAGE = 300

_SERVER_ERROR = 500
_GONE = 410


def clean(message: object) -> str:
    """Make a service's message fit for one line of a report: no time stamp at its end, no control characters."""
    text = " ".join("".join(char if char.isprintable() else " " for char in str(message)).split())
    text = _STAMP.sub("", text)
    return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"


class CredentialsError(CollectError):
    """The credentials of a call no longer work: every further call with them would fail."""


def failure_of(error: Exception, call: ApiCall, endpoint: str, attempts: int) -> Failure:
    """Say what `error` of `call` means. `endpoint` is a URL without credentials.

    Raises CredentialsError where it is the credentials that no longer work: what is collected so far is kept for the
    next start.
    """
    if isinstance(error, boto.ClientError):
        return _of_answer(error.response, call, endpoint, attempts)
    if isinstance(error, _NO_CREDENTIALS):
        raise CredentialsError(_credentials_sentence(error)) from error
    if isinstance(error, boto.EndpointConnectionError) and _is_unresolved(error):
        return _unresolved(call, endpoint)
    if isinstance(error, boto.ConnectionError | boto.HTTPClientError):
        return Failure(
            reason=GapReason.FAILED,
            detail=f"{endpoint} did not answer {call.source} in {attempts} attempts ({_kind(error)}); "
            "check the network and the endpoint, and collect again",
            unreachable=True,
        )
    return Failure(
        reason=GapReason.FAILED,
        detail=f"{endpoint} answered {call.source} with something that is no valid answer ({_stumble(error)}); "
        "check the endpoint and any proxy on the way, and collect again",
        transient=True,
    )


def invalid_answer(call: ApiCall, endpoint: str, complaint: str) -> Failure:
    """The failure of an answer that came with status 200 and is not what the API gives."""
    return Failure(
        reason=GapReason.FAILED,
        detail=f"{endpoint} answered {call.source} with {complaint}; "
        "check the endpoint and any proxy on the way, and collect again",
        transient=True,
    )


def no_start(failure: Failure) -> CollectError:
    """The sentence for a collection whose very first call, sts:GetCallerIdentity, got no answer."""
    if failure.unreachable:
        return CollectError(
            f"AWS cannot be reached, so nothing could be asked: {failure.detail}; "
            "what is saved already can be audited without a network"
        )
    return CollectError(f"AWS did not say whose credentials these are, so nothing was asked: {failure.detail}")


def unusable_settings(error: boto.BotoCoreError) -> CollectError:
    """The sentence for a profile, a configuration file or an endpoint that boto3 refuses before any call."""
    if isinstance(error, _NO_CREDENTIALS):
        return CollectError(_credentials_sentence(error))
    return CollectError(f"the AWS settings cannot be used: {clean(error)}; check the profile and ~/.aws/config")


_NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.TokenRetrievalError,
    boto.SSOError,
    boto.LoginError,
    boto.MetadataRetrievalError,
)


def _credentials_sentence(error: Exception) -> str:
    if isinstance(error, boto.NoCredentialsError):
        return (
            "no AWS credentials were found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
            "or name a profile with `--profile`"
        )
    return f"the AWS credentials cannot be used: {clean(error)}; renew them and start the same command again"


def _of_answer(response: Any, call: ApiCall, endpoint: str, attempts: int) -> Failure:
    """Classify an error that the service gave, by Mechanical Turk's own code first."""
    code = str(response.get("Error", {}).get("Code", ""))
    turk_code = str(response.get("TurkErrorCode", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = clean(response.get("Error", {}).get("Message", "")) or "no reason given"
    source = call.source
    if turk_code == _NOT_LINKED:
        return Failure(
            reason=GapReason.NOT_APPLICABLE,
            detail="no Mechanical Turk requester is linked to the account, so it has no Mechanical Turk activity",
        )
    if code == _NO_ORGANIZATION:
        return Failure(reason=GapReason.NOT_APPLICABLE, detail="the account is in no organization")
    if turk_code in _DOES_NOT_EXIST or code in _NO_SUCH:
        return Failure(reason=GapReason.GONE, detail=f"{source} says that it does not exist any more: {message}")
    if code in _CREDENTIALS:
        raise CredentialsError(
            f"the AWS credentials were refused by {source} ({code}: {message}); renew them and start the same command "
            "again: a collection that has begun goes on where it stopped"
        )
    if code in _DENIED:
        return Failure(
            reason=GapReason.DENIED,
            detail=f"{source} was denied: {message}; allow {call.permission}, as `mturk-audit permissions` prints it",
        )
    if code in _THROTTLED or code.startswith("Throttl"):
        return Failure(
            reason=GapReason.THROTTLED,
            detail=f"{source} was still throttled after {attempts} attempts; collect again with a lower rate",
            transient=True,
        )
    if code.removesuffix("Exception") in _NOT_READY:
        return Failure(
            reason=GapReason.FAILED, detail=f"{source} has no report ready ({code}); collect again", transient=True
        )
    if status == _GONE or (_CLOSED.search(message) and _SERVICE.search(message)):
        return Failure(
            reason=GapReason.RETIRED,
            detail=f"the service no longer answers {source} ({_status(status, code)}: {_or_page(message)})",
        )
    return Failure(
        reason=GapReason.FAILED,
        detail=f"{endpoint} answered {source} with an error ({_status(status, code)}: {_or_page(message)})",
        transient=status >= _SERVER_ERROR,
    )


def _status(status: int, code: str) -> str:
    return f"HTTP {status}" if code in ("", str(status)) else f"HTTP {status}, {code}"


def _or_page(message: str) -> str:
    """A whole web page says nothing in one line."""
    return "a web page instead of an answer" if message.startswith("<") else message


def _is_unresolved(error: boto.EndpointConnectionError) -> bool:
    cause = error.kwargs.get("error")
    return isinstance(cause, NameResolutionError) or type(cause).__name__ == "gaierror"


def _unresolved(call: ApiCall, endpoint: str) -> Failure:
    host = endpoint.partition("://")[2]
    if call.service == "mturk" and host.endswith(".amazonaws.com"):
        return Failure(
            reason=GapReason.RETIRED,
            detail=f"the name of the Mechanical Turk endpoint, {host}, is not known any more while the rest of AWS "
            "answers: the service is gone, or this network hides the name",
            unreachable=True,
        )
    return Failure(
        reason=GapReason.FAILED,
        detail=f"the name {host} of the endpoint for {call.source} is not known; check the endpoint and the network",
        unreachable=True,
    )


def _kind(error: Exception) -> str:
    names = {
        boto.ConnectTimeoutError: "no connection in time",
        boto.ReadTimeoutError: "no answer in time",
        boto.EndpointConnectionError: "connection refused",
        boto.ProxyConnectionError: "the proxy refused",
        boto.SSLError: "no trusted TLS connection",
        boto.ConnectionClosedError: "connection closed",
    }
    return names.get(type(error), "connection lost")


_STUMBLES: tuple[tuple[type[Exception], str], ...] = (
    (boto.IncompleteReadError, "a body that breaks off"),
    (ResponseParserError, "a body that cannot be parsed"),
    (UnicodeDecodeError, "text that is not UTF-8"),
    (JSONDecodeError, "no JSON"),
    (RecursionError, "a body nested too deep"),
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+")


def _stumble(error: Exception) -> str:
    """Say what kind of error reading an answer ended in. Its message, which may quote the answer, stays behind."""
    for kind, words in _STUMBLES:
        if isinstance(error, kind):
            return words
    words = " ".join(_WORDS.findall(type(error).__name__)).lower() or "an error without a name"
    return f"reading it ended in: {words}"
