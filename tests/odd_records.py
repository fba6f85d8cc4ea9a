"""Archives of records in which anything may stand anywhere: odd texts, odd keys, wrong shapes."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

TEXTS = (
    *("", "", " ", "  ", "\t", "\n", "\xa0", "\u3000", "\u200b", "\ufeff", "\0", "\x1b[2J", "\x7f"),
    *("\x85", "\u2028", ".", "..", "...", "-", "[", "]", "[1]", "a.b", "a[2].c", "''", '""', "~"),
    *("null", "true", "-1", "0", "189", "1e999", "9" * 40, "2147483648", "x" * 300, "\\", "=1+1"),
    *(
        "&nbsp;",
        "&#0;",
        "&#1;",
        "&#x0000041;",
        "&amp;",
        "&#x85;",
        "&",
        "e\u0301",
        "\u0301",
        "\ud7ff",
    ),
    *(
        "\U0001f600",
        "\u0130",
        "\u00df",
        "\u202e",
        "secured",
        "SECURED",
        "<b>",
        "a b",
        "a\nb",
        "A, B",
    ),
    *("2020-01-01", "2020-02-30", "1678-01-01", "2261-12-31T23:59:59Z", "0001-01-01", "tomorrow"),
    *(
        "http://",
        "https://[",
        "//",
        "/",
        "?",
        "#",
        "https://xn--",
        "https://odd.example/%",
        "mailto:",
    ),
)
"""What an analyst would not expect in a field, or as the name of one."""

FOLDERS = (".", "_", "__news", " ", "_\u0301", "a.b", "2020-01-01")
ENDINGS = ("", " ", ".", "-", "_", "\u3000", "\t", "\u0301", ".md", "2020-01-01")

Field = Callable[[random.Random], str]


def quoted(text: str) -> str:
    """A text as YAML quotes it, so that any character may stand in it."""
    plain = (
        each if each.isprintable() and each not in '"\\' else f"\\U{ord(each):08x}" for each in text
    )
    return f'"{"".join(plain)}"'


def text(dice: random.Random) -> str:
    """An odd text, quoted; or null."""
    return dice.choice(("~", "", quoted("")) + tuple(quoted(dice.choice(TEXTS)) for _ in range(9)))


def anything(dice: random.Random, depth: int = 2) -> str:
    """A text, list or mapping of whatever."""
    kind = dice.randrange(6) if depth else 0
    if kind <= 2:
        return text(dice)
    if kind <= 4:
        return listed(lambda roll: anything(roll, depth - 1))(dice)
    keys = (quoted(dice.choice(TEXTS)) for _ in range(dice.randrange(4)))
    return f"{{{', '.join(f'{key}: {anything(dice, depth - 1)}' for key in keys)}}}"


def listed(item: Field) -> Field:
    """A list of what is mostly such items."""

    def write(dice: random.Random) -> str:
        items = (
            item(dice) if dice.random() < 0.7 else anything(dice) for _ in range(dice.randrange(5))
        )
        return f"[{', '.join(each or '~' for each in items)}]"

    return write


def mapping(fields: dict[str, Field], sound: float = 0.5) -> Field:
    """A mapping of such fields, some of them absent, odd or there twice, and of odd ones."""

    def write(dice: random.Random) -> str:
        names = [name for name in fields if dice.random() < 0.9]
        names += dice.choices((*fields, *TEXTS), k=dice.choice((0, 0, 1, 2)))
        values = (
            fields[name](dice) if name in fields and dice.random() < sound else anything(dice)
            for name in names
        )
        pairs = zip(names, values, strict=True)
        return f"{{{', '.join(f'{quoted(name)}: {value}' for name, value in pairs)}}}"

    return write


def one_of(*values: str) -> Field:
    """One of some texts that a record may hold, quoted."""
    return lambda dice: quoted(dice.choice(values))


WORDS = one_of("Tern", "Kelp farm", "A quiet noon", "no", "12:30", *TEXTS)
URLS = one_of("https://odd.example/a", "https://odd.example/b?x=1&amp;y", "/c.jpg", *TEXTS)
NUMBERS = one_of("0", "-1", "50", "189", "007", *TEXTS)
MOMENTS = one_of("2020-02-11T18:11:00Z", "2020-02-11", "1678-01-01", *TEXTS)
FLAGS = one_of("true", "no", *TEXTS)
IMAGES = listed(
    mapping(
        {
            **{"url": URLS, "width": NUMBERS, "height": NUMBERS},
            **{"title": WORDS, "attribution": WORDS, "isCached": FLAGS},
        },
        sound=0.9,
    )
)
PROVIDER = {"name": WORDS, "domain": one_of("odd.example", "Even.Example", *TEXTS)}
COMMON: dict[str, Field] = {
    **{"title": WORDS, "excerpt": WORDS, "publishedDateTime": MOMENTS, "type": WORDS},
    **{"webUrl": URLS, "originalUrl": URLS, "ampWebUrl": URLS, "cdnAmpWebUrl": URLS},
    **{"quality": NUMBERS, "images": IMAGES, "secured": anything},
}
RELATED = listed(mapping({**COMMON, "provider": mapping(PROVIDER, sound=0.9)}, sound=0.9))
OTHERS: dict[str, Field] = {
    **COMMON,
    **{"updatedDateTime": MOMENTS, "heat": NUMBERS, "published": FLAGS, "removed": FLAGS},
    **{"featuredContent": anything, "topics": listed(WORDS), "related": RELATED, "mood": anything},
}
REQUIRED = {
    "category": '"news"',
    "title": '"Terns"',
    "publishedDateTime": '"2020-02-11T18:11:00Z"',
    "webUrl": '"https://odd.example/a"',
}


def record(dice: random.Random) -> str:
    """A record; two in three have the required fields as they should be, one in ten is broken."""
    sound = dice.random() < 0.67
    names = dice.sample(sorted(OTHERS), dice.randrange(len(OTHERS))) + dice.choices(TEXTS, k=2)
    fields = [
        (name, OTHERS[name](dice) if name in OTHERS and dice.random() < 0.8 else anything(dice))
        for name in names
        if name not in REQUIRED
    ]
    fields += [
        (name, value if sound or dice.random() < 0.9 else anything(dice))
        for name, value in REQUIRED.items()
    ]
    provider = mapping({**PROVIDER, "images": IMAGES}, sound=1.0)(dice)
    if sound:
        provider = f'{provider[:-1]}{", " * (len(provider) > 2)}"domain": "odd.example"}}'
    fields.append(("provider", provider if sound or dice.random() < 0.9 else anything(dice)))
    dice.shuffle(fields)
    lines = "".join(f"{quoted(name)}: {value}\n" for name, value in fields)
    if dice.random() < 0.1:
        at = dice.randrange(len(lines))
        lines = lines[:at] + dice.choice(TEXTS) + lines[at + 1 :]
    return f"---\n{lines}---\n{page(dice) if dice.random() < 0.3 else ''}"


def page(dice: random.Random) -> str:
    """Lines of odd texts among some words."""
    words = (
        "Local news",
        "Terns return to the kelp farm.",
        "By A. Tern",
        "\u00a9 2020 Kelp",
        *TEXTS,
    )
    return "\n".join(" ".join(dice.choices(words, k=dice.randrange(1, 4))) for _ in range(9))


def write_odd_records(folder: Path, files: int, seed: int) -> None:
    """Write so many odd records, and an odd page for every four; equal arguments, equal files."""
    dice = random.Random(seed)
    for number in range(files):
        home = folder / dice.choice(FOLDERS)
        home.mkdir(parents=True, exist_ok=True)
        is_page = number % 5 == 4
        name = f"{number}{dice.choice(ENDINGS)}{'.txt' if is_page else '.md'}"
        content = page(dice) if is_page else record(dice)
        (home / name).write_text(content, encoding="utf-8", newline=dice.choice(("\n", "\r\n")))
