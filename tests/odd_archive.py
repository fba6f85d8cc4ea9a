"""An archive of odd but readable records: every field drawn from values that invite mistakes."""

from __future__ import annotations

import random
from pathlib import Path

TEXTS = (
    *("no", "12:30", "0777", "2020", "1e3", "2020-02-30", "null", "~", "''", '"null"', '"~"'),
    *('"  blanks  "', '"Caf\\u00e9"', '"Cafe\\u0301"', '"&amp;amp; &eacute; &#8217; &nope; AT&T"'),
    *(
        '"\\u00a0 wide \\u00a0"',
        '"line\\nbreak"',
        "|-\n    a block\n    of text",
        "[a, b]",
        "{a: b}",
    ),
    *('"\\U0001F600"', "yes", "Wörter & Zeichen", '"&lt;b&gt;"', "0x1F", ".inf", "'it''s'", "-1"),
)
NUMBERS = (
    *("0", "-1", "58", "+5", '"7"', "0777", "007", "1e3", "1.0", "1_000", "0x10", "0o17", "high"),
    *("2147483647", "2147483648", "-2147483648", "-2147483649", "null", "''", '" 9 "', "189"),
    *("12:30", "[1]", "٣", "-0", "--5", "true", "123456789012345678901234567890"),
)
FLAGS = (
    "true",
    "false",
    "yes",
    "No",
    "ON",
    "off",
    "TRUE",
    "1",
    "0",
    "y",
    "n",
    "null",
    '"true"',
    "t",
)
MOMENTS = (
    *("2020-02-29", "2021-02-29", "2020-02-11T18:11:00Z", "2020-02-11 18:11", "2020-02-11T18:11"),
    *("2020-02-11T23:30:00-05:00", "2020-02-11T23:30:00+0530", "2020-01-01T00:00:00+14:00"),
    *("2020-02-11T18:11:00.999Z", "2020-12-31T23:59:60Z", "2020-02-11T24:00:00Z", "1969-12-31"),
    *("1678-01-01", "1677-12-31T23:59:59Z", "2261-12-31T23:59:59Z", "2262-01-01", "0900-01-01"),
    *("9999-12-31T23:59:59-10:00", "tomorrow", "20200211", "11/02/2020", "null", "''", "2020-02"),
    *("2020-02-11T18:11:00+25:00", "2020-13-01", '"2020-02-11"', "1581379200", "2020-02-11T"),
)
URLS = (
    *("https://a.example/one", "HTTPS://A.Example/one", "https://a.example/one#part"),
    *("https://a.example/one?utm_source=x", "https://a.example/one?UTM_Source=x&amp;fbclid=1"),
    *("https://a.example/two?a=1&gclid=3&b=2", "https://a.example/two?a=1&b=2"),
    *("https://a.example/two?b=2&a=1", "https://a.example", "https://a.example/", "//b.example/x"),
    *(
        "/relative/path",
        "no-url-at-all",
        "https://a.example/x&copy=1",
        "https://a.example/x?&amp;y",
    ),
    *(
        "http://a.example/one",
        "https://a.example/One",
        "mailto:a@b.example",
        "https://a.example/one/",
    ),
    *("https://a.example/a?q=%C3%A9", "https://a.example/one?utm_", "https://a.example/one?"),
)


def url(dice: random.Random) -> str:
    return f'"{dice.choice(URLS)}"' if dice.random() < 0.9 else dice.choice(("null", "''", "[x]"))


def provider(dice: random.Random, indent: str) -> str:
    if dice.random() < 0.05:
        return f"{indent}provider: {dice.choice(('text', 'null', '[a]'))}\n"
    domain = dice.choice(("a.example", "A.Example", '" b.example "', "c.example", "2020", "null"))
    return f"{indent}provider:\n{indent}  name: {_flat(dice, TEXTS)}\n{indent}  domain: {domain}\n"


def _flat(dice: random.Random, values: tuple[str, ...]) -> str:
    return dice.choice([value for value in values if "\n" not in value])


def images(dice: random.Random, indent: str) -> str:
    lines = [f"{indent}images:"]
    for _ in range(dice.randrange(1, 4)):
        if dice.random() < 0.2:
            lines.append(f"{indent}  - {dice.choice(('text', 'null', '[a]', '{width: 3}'))}")
            continue
        lines.append(f"{indent}  - url: {url(dice)}")
        lines += [f"{indent}    {side}: {dice.choice(NUMBERS)}" for side in ("width", "height")]
        lines.append(f"{indent}    isCached: {dice.choice(FLAGS)}")
        lines.append(f"{indent}    attribution: {_flat(dice, TEXTS)}")
    return "\n".join(lines) + "\n"


def related(dice: random.Random) -> str:
    lines = "related:\n"
    for _ in range(dice.randrange(1, 5)):
        if dice.random() < 0.2:
            lines += f"  - {dice.choice(('text', 'null', '[a]', '{}', '{title: x}'))}\n"
            continue
        lines += f"  - title: {_flat(dice, TEXTS)}\n    webUrl: {url(dice)}\n"
        lines += f"    publishedDateTime: {dice.choice(MOMENTS)}\n    type: {_flat(dice, TEXTS)}\n"
        lines += f"    quality: {dice.choice(NUMBERS)}\n" + provider(dice, "    ")
        lines += images(dice, "    ") if dice.random() < 0.5 else ""
    return lines


def record(dice: random.Random, number: int) -> str:
    sound = dice.random() < 0.7
    title = f'"Number {number}"' if sound else dice.choice(TEXTS)
    day = f"2020-{number % 12 + 1:02}-03T04:05:06Z" if sound else dice.choice(MOMENTS)
    lines = f"category: {'news' if sound else dice.choice(('news', '2020', 'null', chr(34) * 2))}\n"
    lines += f"title: {title}\npublishedDateTime: {day}\nupdatedDateTime: {dice.choice(MOMENTS)}\n"
    lines += "".join(f"{each}: {url(dice)}\n" for each in ("webUrl", "originalUrl", "ampWebUrl"))
    lines += f"excerpt: {dice.choice(TEXTS)}\ntype: {_flat(dice, TEXTS)}\n"
    lines += "".join(f"{each}: {dice.choice(NUMBERS)}\n" for each in ("quality", "heat"))
    lines += "".join(f"{each}: {dice.choice(FLAGS)}\n" for each in ("published", "removed"))
    lines += "provider:\n  domain: a.example\n" if sound else provider(dice, "")
    topics = [_flat(dice, TEXTS) for _ in range(dice.randrange(1, 5))]
    lines += f"topics:\n{''.join(f'  - {topic}{chr(10)}' for topic in topics)}"
    lines += images(dice, "") + related(dice)
    if dice.random() < 0.3:
        lines += f"mood: {dice.choice(TEXTS)}\n2020: [a, {{b: ~}}]\n"
    body = dice.choice(("", "\nA body &amp; more.\n", "\n---\nnot a fence\n", "   \n"))
    return f"---\n{lines}---\n{body}"


def write_odd_archive(folder: Path, files: int, seed: int) -> None:
    """Write `files` odd records; equal arguments give equal files."""
    dice = random.Random(seed)
    for number in range(files):
        path = (
            folder
            / dice.choice(("_news", "plain", "."))
            / f"2020-01-{number % 28 + 1:02}-{number}.md"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        ending = dice.choice(("\n", "\n", "\r\n"))
        path.write_text(record(dice, number), encoding="utf-8", newline=ending)
