"""An RFC 3161 time stamp over a checkpoint: somebody else's word that it existed at that time.

The authority sees a hash and nothing else. What it signs shows *not later than*; it says nothing of what the
journal holds. No authority is built in: whom to believe is for the operator, and for the outsider, to say.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from amends.vocabulary.errors import FaultError, UsageError

_SECONDS: Final = 15
_MOST_BYTES: Final = 1_000_000
_GRANTED: Final = (0, 1)


def request_timestamp(message: bytes, url: str) -> bytes:
    """Return the authority's response over ``message``, as bytes to be kept.

    Raises `UsageError` ``timestamp-address-invalid``; `FaultError` ``timestamp-refused`` where the authority cannot be
    reached, refuses, or answers something else than what was asked.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(
            "timestamp-address-invalid",
            "the time-stamp authority's address is neither http nor https",
            hint="write it like https://tsa.example/tsr",
            where="--timestamp-url",
        )
    asked = TimestampRequestBuilder(data=message, hash_algorithm=HashAlgorithm.SHA256).cert_request(
        cert_request=True
    )
    request = asked.build()
    query = urllib.request.Request(  # noqa: S310 -- the scheme is looked at above
        url, data=request.as_bytes(), headers={"Content-Type": "application/timestamp-query"}
    )
    try:
        with urllib.request.urlopen(query, timeout=_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(_MOST_BYTES)
        response = decode_timestamp_response(content)
        imprint_fits = response.tst_info.message_imprint.message == request.message_imprint.message
        granted = response.status in _GRANTED
        fresh = response.tst_info.nonce == request.nonce
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise _refused(
            "the time-stamp authority cannot be reached, or does not answer as one", url
        ) from error
    if not (granted and imprint_fits and fresh):
        raise _refused("the time-stamp authority stamped something else, or refused", url)
    return content


def stamped_at(message: bytes, response: bytes, certificate: Path) -> datetime:
    """Return when ``message`` existed at the latest, by the word of the authority under ``certificate`` (PEM, root).

    Raises `UsageError` ``timestamp-invalid`` where the stamp is over something else or not the authority's.
    """
    try:
        roots = x509.load_pem_x509_certificates(certificate.read_bytes())
        decoded: TimeStampResponse = decode_timestamp_response(response)
        builder = VerifierBuilder()
        for root in roots:
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(decoded, message)
    except (OSError, ValueError, VerificationError) as error:
        raise UsageError(
            "timestamp-invalid",
            "the time stamp is not one of this authority over this checkpoint",
            hint="give the .tsr file that lies beside the checkpoints, and the authority's root certificate",
            where=certificate.name,
        ) from error
    return decoded.tst_info.gen_time


def _refused(message: str, url: str) -> FaultError:
    return FaultError(
        "timestamp-refused",
        message,
        hint="the checkpoint itself stands; ask for the time stamp again later",
        where=urlsplit(url).hostname or "",
    )
