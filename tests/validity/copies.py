"""Archives whose copies are known: texts of invented words, edits planted in them, and templates.

`figures` says how well the mart `copy_pairs` finds them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from pipeline.core.catalog import relations

Row: TypeAlias = dict[str, Any]
Pair: TypeAlias = tuple[str, str]

EDITS = 300
ARTICLES = 3000
SEEDS = range(5)
START = datetime(2024, 1, 1)
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("article_id", "title", "excerpt", "canonical_url")]
    + [(name, pa.string()) for name in ("provider_domain", "provider_name")]
    + [("published_at", pa.timestamp("us"))]
)
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
VOCABULARY = [a + b + c for a in SYLLABLES[:40] for b in SYLLABLES[:20] for c in SYLLABLES[:8]]
WEIGHTS = list(accumulate(1 / (rank + 3) for rank in range(len(VOCABULARY))))
"""Words are about as unequally frequent as in a language (Zipf)."""


def words(rng: random.Random, count: int) -> list[str]:
    return rng.choices(VOCABULARY, cum_weights=WEIGHTS, k=count)


def article(rng: random.Random, number: int, title: list[str], excerpt: list[str]) -> Row:
    return {
        "article_id": f"{number:06}",
        "title": " ".join(title).capitalize(),
        "excerpt": " ".join(excerpt).capitalize() + ".",
        "provider_domain": f"outlet{rng.randrange(50)}.example",
        "published_at": START + timedelta(minutes=rng.randrange(365 * 1440)),
    }


def unrelated(rng: random.Random, count: int) -> list[Row]:
    """Articles that share nothing but the frequency of words."""
    return [
        article(rng, n, words(rng, rng.randint(7, 13)), words(rng, rng.randint(18, 40)))
        for n in range(count)
    ]


def of_templates(rng: random.Random, count: int, templates: int = 20) -> list[Row]:
    """Articles that fill the two or three gaps in one of few templates, each with other words."""
    forms = [(words(rng, 5), words(rng, 20)) for _ in range(templates)]
    rows = []
    for number in range(count):
        title, excerpt = (list(form) for form in rng.choice(forms))
        title[2:2] = words(rng, 3)
        for place in sorted(rng.sample(range(20), rng.randint(2, 3)), reverse=True):
            excerpt[place:place] = words(rng, 2)
        rows.append(article(rng, number, title, excerpt))
    return rows


def edit(rng: random.Random, number: int, original: Row) -> Row:
    """The original with another headline, 10 to 40 % of its words replaced, by another outlet."""
    excerpt = original["excerpt"].lower().strip(".").split()
    share = rng.uniform(0.1, 0.4)
    for place in rng.sample(range(len(excerpt)), round(share * len(excerpt))):
        excerpt[place] = words(rng, 1)[0]
    made = article(rng, number, words(rng, rng.randint(7, 13)), excerpt)
    later = timedelta(minutes=rng.randrange(1, 2880))
    return made | {
        "provider_domain": f"other-{original['provider_domain']}",
        "published_at": original["published_at"] + later,
    }


def planted(seed: int, count: int = ARTICLES, edits: int = EDITS) -> tuple[list[Row], set[Pair]]:
    """Articles, half of them of templates; and which of them are edits of which."""
    rng = random.Random(seed)
    rows = unrelated(rng, count // 2)
    for number, row in enumerate(of_templates(rng, count // 2), len(rows)):
        rows.append(row | {"article_id": f"{number:06}"})
    pairs = set()
    for original in rng.sample(rows[: count // 2], edits):
        rows.append(edit(rng, len(rows), original))
        pairs.add((original["article_id"], rows[-1]["article_id"]))
    return rows, pairs


def copy_pairs(rows: Iterable[Row]) -> dict[Pair, float]:
    """The similarity of each pair that the mart has for these articles."""
    with duckdb.connect() as connection:
        connection.register("given", pa.Table.from_pylist(list(rows), schema=SCHEMA))
        connection.execute("create table articles as from given")
        found = connection.execute(relations()["copy_pairs"].query or "").fetchall()
    return {(earlier, later): similarity for earlier, later, _, similarity in found}


def recall_and_precision(seed: int) -> tuple[float, float]:
    """Of one planted archive: edits found / edits, and edits found / pairs found."""
    rows, pairs = planted(seed)
    found = copy_pairs(rows).keys()
    return len(found & pairs) / len(pairs), len(found & pairs) / len(found)


def figures() -> list[tuple[str, str, str]]:
    """Name, figure and target of what the tests of this folder hold about copies."""
    scores = [recall_and_precision(seed) for seed in SEEDS]
    nothing = sum(len(copy_pairs(of_templates(random.Random(seed), ARTICLES))) for seed in SEEDS)
    what = f"{EDITS} planted edits among {ARTICLES:,} articles, {len(SEEDS)} seeds"
    return [
        (f"copies: lowest recall of {what}", f"{min(r for r, _ in scores):.3f}", ">= 0.95"),
        (f"copies: lowest precision of {what}", f"{min(p for _, p in scores):.3f}", ">= 0.98"),
        ("copies: pairs in archives of templates only", str(nothing), "0"),
    ]
