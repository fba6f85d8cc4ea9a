"""Buckets of S3, Google Cloud and Azure, opened with the credentials of the environment.

Credentials and endpoint are read by `obstore`, and never by newsloom. Each request is tried again
within bounds.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Any

from pipeline.core.errors import UsageError

RETRIES = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
_CLIENT = {"connect_timeout": timedelta(seconds=10), "timeout": timedelta(seconds=60)}

_VENDORS = {"s3": "AWS", "gs": "GOOGLE", "az": "AZURE"}
"""How the variables of the environment begin that say how to reach a store, by its scheme."""

CURE = "Check the name, the credentials and the network"
"""What to do where a bucket does not answer, or denies."""

_REASON_LENGTH = 300
_QUERY = re.compile(r"\?[^\s\"')]*")


def split_address(address: str) -> tuple[str, str]:
    """The bucket of an address, such as `s3://bucket`, and the key within it, without outer
    slashes. Errors: `UsageError` where it names no bucket, or holds a user or password."""
    scheme, _, rest = address.partition("://")
    bucket, _, key = rest.partition("/")
    if "@" in bucket:
        raise UsageError(
            f"{scheme}://…@{bucket.rpartition('@')[2]} holds credentials; give them by the "
            "environment, so that no log shows them"
        )
    if not bucket:
        raise UsageError(f"{address} names no bucket; write {scheme}://BUCKET/PREFIX")
    return f"{scheme}://{bucket}", key.strip("/")


def normalized(address: str) -> str:
    """An address as all that mean the same are written. Errors: those of `split_address`."""
    return "/".join(filter(None, split_address(address)))


def open_store(root: str) -> Any:
    """The bucket at an address. Errors: `UsageError` where `obstore` is not installed."""
    try:
        from obstore.store import from_url
    except ImportError:
        raise UsageError(
            f"{root} needs a library more: python -m pip install 'newsloom[cloud]'"
        ) from None
    # Of the environment, obstore does not see this one beside options of ours.
    named = f"{_VENDORS[root.partition('://')[0]]}_ALLOW_HTTP"
    is_plain = os.environ.get(named, "").lower() == "true"
    options = {**_CLIENT, "allow_http": is_plain}
    return from_url(root, retry_config=RETRIES, client_options=options)


def is_failure(error: Exception) -> bool:
    """Whether an error is one of a bucket: of `obstore`, or what it has Python raise; a system call
    that failed has a number."""
    if isinstance(error, OSError):
        return error.errno is None
    return type(error).__module__.startswith("obstore") or isinstance(error, ValueError)


def reason_of(error: Exception) -> str:
    """Why a request failed, as one line; without what follows `?` in an address, where a signature
    may stand."""
    line = (str(error) or type(error).__name__).splitlines()[0]
    return _QUERY.sub("?…", line)[:_REASON_LENGTH]
