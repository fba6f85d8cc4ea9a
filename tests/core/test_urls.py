"""URLs as observed, canonical, and of images."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.urls import TRACKING_PARAMETERS, canonical_url, clean_url, host_of


@pytest.mark.parametrize(
    ("observed", "canonical"),
    [
        ("HTTPS://Kelp.EXAMPLE/Path", "https://kelp.example/Path"),
        ("https://kelp.example", "https://kelp.example/"),
        ("https://kelp.example:443/a", "https://kelp.example/a"),
        ("http://kelp.example:8080/a", "http://kelp.example:8080/a"),
        ("https://kelp.example/a/./b/../c", "https://kelp.example/a/c"),
        ("https://kelp.example/a#top", "https://kelp.example/a"),
        ("https://kelp.example/a?#top", "https://kelp.example/a"),
        ("https://kelp.example/a?utm_source=x", "https://kelp.example/a"),
        ("https://kelp.example/a?b=1&UTM_Medium=x&c=2", "https://kelp.example/a?b=1&c=2"),
        ("https://kelp.example/a?b=1&fbclid=x#y", "https://kelp.example/a?b=1"),
        ("https://kelp.example/a?c=2&b=1", "https://kelp.example/a?c=2&b=1"),
        ("https://kelp.example/a/", "https://kelp.example/a/"),
        ("https://kelp.example/a?u=https://x.example/?utm_source=y", None),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("/relative/path?utm_source=x#y", None),
        ("www.kelp.example/a", None),
        ("not a url", None),
        ("https://", None),
    ],
)
def test_canonical(observed: str, canonical: str | None) -> None:
    assert canonical_url(observed) == (observed if canonical is None else canonical)


@pytest.mark.parametrize("name", sorted(TRACKING_PARAMETERS))
def test_every_tracking_parameter_goes(name: str) -> None:
    assert canonical_url(f"https://kelp.example/?{name}=1&a=b&{name}") == (
        "https://kelp.example/?a=b"
    )


URLS = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["http://", "HTTPS://", "https:", "//", "", "ftp://", "mailto:", "data:", " "]),
    st.sampled_from(["kelp.example", "KELP.example:80", "[::1]", "", "a b", "münchen.example"]),
    st.text(alphabet="/.ab%é \\2", max_size=8),
    st.sampled_from(["", "?", "?a=b", "?utm_x=1", "?a&utm_y&&b", "?fbclid=1&fbclid=2&é"]),
    st.sampled_from(["", "#", "#x", "#x?utm_z=1"]),
)


@given(st.one_of(URLS, st.text()))
def test_canonical_is_canonical_already_and_has_no_fragment(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    if once != url:
        assert "#" not in once
        assert "utm_" not in once.partition("?")[2]


@given(URLS, st.sampled_from(["#", "#section", "#a?b"]))
def test_a_fragment_changes_nothing(url: str, fragment: str) -> None:
    bare = url.partition("#")[0]
    if canonical_url(bare) != bare and not bare.endswith(" "):
        assert canonical_url(bare + fragment) == canonical_url(bare)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        (" https://kelp.example/ ", "https://kelp.example/"),
        ("?a=1&amp;b=2", "?a=1&b=2"),
        ("?a=1&#38;b=2&#x26;c", "?a=1&b=2&c"),
        ("?a=1&copy=2&reg_x&lt", "?a=1&copy=2&reg_x&lt"),
        ("?a=1&section;=2&notit;", "?a=1&section;=2&notit;"),
        ("?a=&amp;amp;b", "?a=&amp;b"),
        ("/cafe\u0301", "/café"),
        ("&nbsp;", None),
        ("  ", None),
    ],
)
def test_cleaned(raw: str, cleaned: str | None) -> None:
    assert clean_url(raw) == cleaned


@pytest.mark.parametrize(
    ("url", "host", "is_relative"),
    [
        ("https://Images.Kelp.example:8080/a.jpg", "images.kelp.example", False),
        ("https:kelp.example/a.jpg", "kelp.example", False),
        ("https:/kelp.example/a.jpg", "kelp.example", False),
        ("//cdn.example/a.jpg", "cdn.example", True),
        ("/assets/a.jpg", None, True),
        ("a.jpg", None, True),
        ("?v=1", None, True),
        ("data:image/png;base64,AAAA", None, False),
        ("https://[broken/a.jpg", None, False),
        ("//", None, True),
    ],
)
def test_host(url: str, host: str | None, is_relative: bool) -> None:
    assert host_of(url) == (host, is_relative)


@given(st.one_of(URLS, st.text()))
def test_any_text_has_a_host_or_none(url: str) -> None:
    host, _ = host_of(url)
    assert host is None or host == host.lower() != ""
    clean_url(url)
