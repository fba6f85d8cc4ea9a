"""What a data person would write in an afternoon: python-frontmatter, pandas, DuckDB.

Reads every record, flattens articles and related items, and builds three aggregates. Run as
`python -m tests.bench.baseline RAW OUT`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import duckdb
import frontmatter
import pandas as pd

QUERIES = {
    "providers": "select domain, count(*) as n, avg(quality) as quality from articles group by 1",
    "months": "select date_trunc('month', published) as m, count(*) as n from articles group by 1",
    "related": "select domain, count(*) as n, count(distinct url) as urls from related group by 1",
}


def flat(path: Path, metadata: dict[str, Any]) -> dict[str, Any]:
    """One article as a flat row."""
    provider = metadata.get("provider")
    return {
        "path": str(path),
        "title": metadata.get("title"),
        "published": pd.to_datetime(metadata.get("publishedDateTime"), utc=True, errors="coerce"),
        "url": metadata.get("webUrl"),
        "domain": provider.get("domain") if isinstance(provider, dict) else None,
        "quality": metadata.get("quality"),
    }


def mentioned(path: Path, item: dict[str, Any]) -> dict[str, Any]:
    """One related item as a flat row."""
    provider = item.get("provider")
    return {
        "path": str(path),
        "title": item.get("title"),
        "url": item.get("webUrl"),
        "domain": provider.get("domain") if isinstance(provider, dict) else None,
        "quality": item.get("quality"),
    }


def main(raw: Path, out: Path) -> None:
    """Read the archive and write two tables and three aggregates as Parquet."""
    articles_rows, related_rows = [], []
    for path in sorted(raw.rglob("*.md")):
        try:
            metadata = frontmatter.load(str(path)).metadata
        except Exception:
            continue
        if metadata.get("category"):
            articles_rows.append(flat(path, metadata))
            items = metadata.get("related")
            listed = items if isinstance(items, list) else []
            related_rows += [mentioned(path, item) for item in listed if isinstance(item, dict)]
    articles = pd.DataFrame(articles_rows).astype({"title": str, "url": str, "domain": str})
    articles["quality"] = pd.to_numeric(articles["quality"], errors="coerce").astype(float)
    columns = ["path", "title", "url", "domain", "quality"]
    related = pd.DataFrame(related_rows, columns=columns).astype(str)
    out.mkdir(parents=True, exist_ok=True)
    articles.to_parquet(out / "articles.parquet")
    related.to_parquet(out / "related.parquet")
    connection = duckdb.connect()
    connection.register("articles", articles)
    connection.register("related", related)
    for name, query in QUERIES.items():
        connection.execute(f"COPY ({query}) TO '{out / name}.parquet' (FORMAT parquet)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
