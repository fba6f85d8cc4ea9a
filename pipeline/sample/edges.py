"""One file for each way a raw file can be wrong or odd, with what must become of it.

Each is a small valid record with one part replaced, so the name, the part and the outcome say
all there is to know.
"""

from __future__ import annotations

from dataclasses import dataclass

_RECORD = {
    "category": "category: news\n",
    "title": 'title: "An edge of the contract"\n',
    "excerpt": 'excerpt: "One part of this record is odd."\n',
    "publishedDateTime": "publishedDateTime: 2021-06-01T08:00:00Z\n",
    "updatedDateTime": "",
    "webUrl": 'webUrl: "https://edgecases.example/@name/@number"\n',
    "type": "type: article\n",
    "quality": "quality: 40\n",
    "heat": "heat: -1\n",
    "published": "published: true\n",
    "provider": "\nprovider:\n  name: Edge Cases\n  domain: edgecases.example\n",
    "topics": "\ntopics:\n  - Open Registers\n",
    "images": "",
    "related": "",
}
_ITEM = (
    '  - title: "A sound item"\n    publishedDateTime: 2021-06-01T07:00:00Z\n'
    '    webUrl: "https://edgecases.example/sound"\n    type: article\n'
    "    provider:\n      name: Edge Cases\n      domain: edgecases.example\n    quality: 12\n"
)


@dataclass(frozen=True, slots=True)
class Edge:
    """`outcome` is the one problem code the file must give; None where it loads or is skipped
    without any."""

    name: str
    outcome: str | None
    template: bytes
    ending: str = "md"

    def path(self, number: int) -> str:
        """Where copy `number` (from 0) stands in the archive."""
        copy = f"-{number + 1}" if number else ""
        return f"_edges/{self.name}{copy}.{self.ending}"

    def content(self, number: int) -> bytes:
        """The bytes of copy `number`: copies differ in their webUrl alone."""
        return self.template.replace(b"@name", self.name.encode()).replace(
            b"@number", b"%d" % (number + 1)
        )


def _record(name: str, outcome: str | None, **parts: str) -> Edge:
    front_matter = "".join((_RECORD | parts).values())
    return Edge(name, outcome, f"---\n{front_matter}---\n\n".encode())


def _raw(name: str, outcome: str | None, content: str | bytes, ending: str = "md") -> Edge:
    return Edge(name, outcome, content.encode() if isinstance(content, str) else content, ending)


def _provider(name: str) -> str:
    return f"\nprovider:\n  name: {name}\n  domain: edgecases.example\n"


UNUSABLE_FILES = (
    _raw("not-utf8", "not_utf8", b'---\ncategory: news\ntitle: "caf\xe9"\n---\n\n'),
    _record("control-character", "invalid_character", excerpt='excerpt: "a bell \x07 rings"\n'),
    _raw("unclosed-front-matter", "unclosed_front_matter", '---\ncategory: news\ntitle: "x"\n'),
    _raw("empty-front-matter", "empty_front_matter", "---\n---\n\nOnly a body.\n"),
    _raw("only-comments", "empty_front_matter", "---\n# nothing here\n\n---\n\n"),
    _raw("list-front-matter", "list_front_matter", "---\n- category: news\n- title: x\n---\n\n"),
    _raw("scalar-front-matter", "scalar_front_matter", "---\nJust one line of text\n---\n\n"),
    _record("unquoted-colon", "invalid_yaml", provider=_provider("DM: Night Ferries")),
    _record("unclosed-quote", "invalid_yaml", title='title: "An open end\n'),
    _record(
        "anchor-and-alias", "unsafe_yaml", title="title: &t An anchor\n", excerpt="excerpt: *t\n"
    ),
    _record("tag", "unsafe_yaml", quality="quality: !!int 40\n"),
    _record(
        "merge-key",
        "unsafe_yaml",
        provider="\nprovider:\n  <<: {name: Edge Cases}\n  domain: edgecases.example\n",
    ),
    _record("complex-key", "complex_key", heat="? [heat, warmth]\n: 3\n"),
    _record("deep-nesting", "too_deep", heat=f"heat: {'[' * 2000}{']' * 2000}\n"),
    _raw("empty-page", "empty_page", b"", "txt"),
)
"""Edges no reader can make a record of; the other edges parse."""

_UNUSABLE_ARTICLES = (
    _record("missing-title", "missing_field", title=""),
    _record("blank-title", "missing_field", title='title: "  "\n'),
    _record("missing-date", "missing_field", publishedDateTime=""),
    _record("missing-domain", "missing_field", provider="\nprovider:\n  name: Edge Cases\n"),
    _record("missing-url", "missing_field", webUrl='webUrl: ""\n'),
    _record(
        "date-that-never-was",
        "invalid_field",
        publishedDateTime="publishedDateTime: 2021-02-30T08:00:00Z\n",
    ),
)

_WARNINGS = (
    _record("duplicate-key", "duplicate_key", heat="heat: 12\nheat: 34\n"),
    _record("quality-in-words", "invalid_integer", quality='quality: "high"\n'),
    _record(
        "quality-of-30-digits", "integer_out_of_range", quality=f"quality: {'1234567890' * 3}\n"
    ),
    _record("published-perhaps", "invalid_boolean", published="published: perhaps\n"),
    _record(
        "updated-on-february-30",
        "invalid_timestamp",
        updatedDateTime="updatedDateTime: 2020-02-30\n",
    ),
    _record(
        "updated-in-the-year-900",
        "timestamp_out_of_range",
        updatedDateTime="updatedDateTime: 0900-01-01T00:00:00Z\n",
    ),
    _record("excerpt-as-list", "invalid_text", excerpt="excerpt:\n  - one\n  - two\n"),
    _record("topics-as-text", "invalid_list", topics="\ntopics: Open Registers\n"),
    _record("topic-as-mapping", "invalid_item", topics="\ntopics:\n  - name: Open Registers\n"),
    _record("topic-twice", "duplicate_topic", topics="\ntopics:\n  - Clean Air\n  - Clean Air\n"),
    _record(
        "image-without-url",
        "image_without_url",
        images="\nimages:\n  - width: 800\n    height: 600\n"
        "  - url: https://edgecases.example/kept.jpg\n    width: 640\n    height: 480\n",
    ),
    _record("related-item-as-text", "invalid_item", related=f"\nrelated:\n  - see also\n{_ITEM}"),
    _record(
        "related-provider-as-text",
        "invalid_mapping",
        related="\nrelated:\n"
        + _ITEM.replace(
            "provider:\n      name: Edge Cases\n      domain: edgecases.example",
            "provider: Edge Cases",
        ),
    ),
    _record(
        "related-quality-in-words",
        "invalid_integer",
        related="\nrelated:\n" + _ITEM.replace("quality: 12", "quality: low"),
    ),
)

_ODD_BUT_SOUND = (
    _record(
        "scalars-that-stay-text",
        None,
        title="title: no\n",
        excerpt="excerpt: 2020-02-30\n",
        provider=_provider("2020"),
        topics="\ntopics:\n  - 12:30\n  - 0777\n  - 2020\n  - yes\n  - 1e3\n",
    ),
    _record(
        "quoted-null", None, title='title: "null"\n', heat="heat: ~\n", quality='quality: ""\n'
    ),
    _record(
        "numbers-with-signs-and-zeros",
        None,
        quality="quality: 0777\n",
        heat='heat: "+5"\n',
        published="published: No\n",
    ),
    _record("keys-that-are-no-words", None, heat="heat: -1\nno: 1\n2020: x\n"),
    _record(
        "flow-style",
        None,
        topics="\ntopics: [Clean Air, Soil Sensors]\n",
        images='\nimages: [{url: "//images.edgecases.example/a.png", width: 1, height: 1}]\n',
    ),
    _raw("empty-file", None, b""),
    _raw("no-front-matter", None, "# Notes\n\n---\n\ntitle: in the body\n"),
    _raw("table", None, "day,files\n2021-06-01,3\n", "csv"),
)

EDGES = (*UNUSABLE_FILES, *_UNUSABLE_ARTICLES, *_WARNINGS, *_ODD_BUT_SOUND)
"""Every edge; the names are unique."""
