"""Errors that end a command with one sentence. Everything that can be counted instead is a gap or a defect."""

from __future__ import annotations


class AuditError(Exception):
    """Its text is one sentence: what, where, and what to do next. No traceback is shown for it."""


class InputError(AuditError):
    """The input, an option or an output place cannot be used (exit code 2)."""


class CollectError(AuditError):
    """AWS could not be asked at all: no credentials, no network, no endpoint (exit code 2)."""


class MissingLibraryError(AuditError):
    """A native library or an extra is not installed; the text names the line that installs it (exit code 2)."""
