"""URLs: as observed, and the one canonical form under which two spellings are the same page."""

from __future__ import annotations

import re
from functools import lru_cache

import ada_url

from pipeline.core.text import compose, decode_closed_entities

TRACKING_PREFIXES = ("utm_", "itm_", "mtm_", "pk_")
"""Query parameters that start so are dropped from canonical URLs."""

TRACKING_PARAMETERS = frozenset(
    ("_ga", "_gl", "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igshid", "mc_cid", "mc_eid")
    + ("mkt_tok", "msclkid", "ncid", "twclid", "wbraid", "yclid", "smid", "cmpid", "srnd")
)
"""Query parameters that are dropped from canonical URLs; they name a campaign, not a page."""

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def clean_url(text: str) -> str | None:
    """The URL as text: trimmed, NFC, entities decoded only where `;` ends them; None when empty.

    Decoding `&copy=` as a browser decodes prose would change the query, so it is left alone.
    """
    if "&" in text:
        text = decode_closed_entities(text)
    if not text.isascii():
        text = compose(text)
    return text.strip() or None


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)


def _without_tracking(query: str) -> str:
    return "&".join(part for part in query.split("&") if not _is_tracking(part))


@lru_cache(maxsize=16_384)
def canonical_url(url: str) -> str:
    """The canonical form of an observed URL, by the WHATWG URL standard.

    Scheme and host are lower case, default ports and dot segments go, fragment and tracking
    parameters are dropped; the order of the other parameters stays. Text that is no absolute URL
    stays as it is, so that equal texts are equal canonically.
    """
    try:
        whole = ada_url.normalize_url(url)
    except ValueError:
        return url
    address = whole.partition("#")[0]
    page, mark, query = address.partition("?")
    if mark:
        query = _without_tracking(query)
        return f"{page}?{query}" if query else page
    return page


@lru_cache(maxsize=16_384)
def host_of(url: str) -> tuple[str | None, bool]:
    """The host of an image URL (lower case, no port) and whether the URL is relative.

    A URL without scheme is relative; one that starts with `//` still names its host.
    """
    relative = _ABSOLUTE.match(url) is None
    try:
        if relative:
            base = "https://x" if url.startswith("//") else "relative:/"
            address = ada_url.URL(url, base=base)
        else:
            address = ada_url.URL(url)
    except ValueError:
        return None, relative
    return address.hostname or None, relative
