"""Sign-offs: who answers for a review, of which evidence and decisions, and with which Ed25519 key where there is one.

A sign-off names the hashes of what was signed, so that it says nothing of evidence or decisions that came later. The
key is a file as `openssl genpkey -algorithm ed25519` makes it (PKCS #8, PEM); RFC 8032 is what signs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from audit.model.error import InputError, MissingLibraryError
from audit.model.review import Signature, SignatureRow, SignatureState
from audit.snapshot.writer import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from audit.review.folder import ReviewFolder

STATEMENT = (
    "I have read this review. I know its population and its coverage, with what could not be evaluated, and the "
    "decisions on record are mine or were made under my responsibility."
)
KEY_LINE = "openssl genpkey -algorithm ed25519 -out review-key.pem"
"""Makes a key."""


def signature_rows(folder: ReviewFolder, evidence_sha256: str, exceptions_sha256: str) -> tuple[SignatureRow, ...]:
    """Every sign-off of the folder, held against what the report is made of."""
    present = (evidence_sha256, folder.decisions_sha256, exceptions_sha256)
    return tuple(SignatureRow(signature=each, state=_state(each, present)) for each in folder.signatures)


def _state(signature: Signature, present: tuple[str, str, str]) -> SignatureState:
    signed = (signature.evidence_sha256, signature.decisions_sha256, signature.exceptions_sha256)
    if signature.key:
        valid = verify(signature.key, signature.signature, signed_text(signature))
        if not valid:
            return SignatureState.UNCHECKED if valid is None else SignatureState.INVALID
    elif signature.signature:
        return SignatureState.INVALID
    if signed != present:
        return SignatureState.OUTDATED
    return SignatureState.VALID if signature.key else SignatureState.STATED


def signed_text(signature: Signature) -> bytes:
    """What the key signs: the sign-off itself, without the signature, as canonical JSON."""
    return b"mturk-audit sign-off\n" + canonical(msgspec.structs.replace(signature, signature=""))


def sign(signature: Signature, key: Path) -> Signature:
    """The sign-off with the key's name and its signature. Raises InputError and MissingLibraryError."""
    private = read_key(key)
    named = msgspec.structs.replace(signature, key=public_key(private))
    return msgspec.structs.replace(named, signature=private.sign(signed_text(named)).hex())


def read_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key. Raises InputError where it is none that can be used, without showing any of it."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise MissingLibraryError(
            "signing needs the library cryptography; run `pip install 'mturk-audit[sign]'`"
        ) from error
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the key `{path}` cannot be read ({(error.strerror or str(error)).lower()}); make one with `{KEY_LINE}`"
        ) from error
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputError(f"`{path}` is no private key in PEM without a password; make one with `{KEY_LINE}`") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"`{path}` is a key of another kind than Ed25519; make one with `{KEY_LINE}`")
    return key


def public_key(private: Ed25519PrivateKey) -> str:
    """The 32 bytes of the public key in hex: the key's name."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def verify(key: str, signature: str, text: bytes) -> bool | None:
    """Whether the signature is the key's over the text; None where the library that tells is not installed."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True
