"""Tidy rows → who lists whom, by loops over pages (articles of one address are one page)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from .chance import largest_standing, tails
from .marts import EXPECTED, known
from .tidy import Row, Tables

Domains = tuple[str, str]


def link_marts(tables: Tables) -> Tables:
    """The marts of lists, from the tidy tables and the rows of story_articles."""
    return {
        "provider_links": list(provider_links(tables)),
        "provider_pairs": list(provider_pairs(tables, tables["story_articles"])),
    }


def provider_links(tables: Tables) -> Iterable[Row]:
    articles = {row["article_id"]: row for row in tables["articles"]}
    links: dict[Domains, list[Row]] = defaultdict(list)
    for row in tables["related_items"]:
        if row["provider_domain"] is not None:
            page = articles[row["article_id"]]["canonical_url"]
            is_other = row["related_article_id"] is not None and row["canonical_url"] != page
            domain = articles[row["article_id"]]["provider_domain"]
            links[domain, row["provider_domain"]].append(
                row | {"pages": (page, row["canonical_url"]) if is_other else None}
            )
    directions = directions_of(links)
    all_pages = {row["pages"] for rows in links.values() for row in rows}
    given, taken = Counter[str](), Counter[str]()
    for (source, target), rows in links.items():
        given[source] += len(rows)
        taken[target] += len(rows)
    for key, rows in links.items():
        expected = given[key[0]] * taken[key[1]] / given.total()
        resolved = [row["pages"] for row in rows if row["pages"]]
        reverse = len(links.get(key[::-1], []))
        yield {
            "from_domain": key[0],
            "to_domain": key[1],
            "mention_count": len(rows),
            "listing_article_count": len({row["article_id"] for row in rows}),
            "distinct_item_count": len(set(known(rows, "canonical_url"))),
            "mention_share": len(rows) / given[key[0]],
            "resolved_mention_count": len(resolved),
            "reciprocity": sum(pair[::-1] in all_pages for pair in resolved) / len(resolved)
            if resolved
            else None,
            "reverse_mention_count": reverse,
            "net_share": (len(rows) - reverse) / (len(rows) + reverse),
            **directions[key],
            "expected_mention_count": expected,
            "lift": len(rows) / expected if expected >= EXPECTED else None,
            "is_small_group": expected < EXPECTED,
        }


def directions_of(links: dict[Domains, list[Row]]) -> dict[Domains, Row]:
    """The columns that say whether the lists of two outlets go one way."""
    there = {key: spread([row for row in rows if row["pages"]]) for key, rows in links.items()}
    back = {key: spread(links.get(key[::-1], [])) for key in links}
    p_values = {
        key: tails(there[key], there[key] + back[key], (there[key] + back[key]) / 2)
        if there[key] > back[key]
        else 1.0
        for key in links
    }
    tests = {frozenset(key) for key in links if there[key] and key[0] != key[1]}
    standing = largest_standing([p for p in p_values.values() if p < 1], len(tests) or 1)
    return {
        key: {
            "independent_mention_count": there[key],
            "reverse_independent_mention_count": back[key],
            "direction_p_value": p_values[key],
            "has_direction": p_values[key] <= standing and 3 * back[key] <= there[key],
        }
        for key in links
    }


def spread(rows: list[Row]) -> int:
    """Articles that list or items listed, whichever are fewer; each item without URL is one."""
    urls = [row["canonical_url"] for row in rows]
    return min(len({row["article_id"] for row in rows}), len({*urls} - {None}) + urls.count(None))


def provider_pairs(tables: Tables, places: list[Row]) -> Iterable[Row]:
    """Pairs of outlets; `places` are the rows of story_articles."""
    articles = {row["article_id"]: row for row in tables["articles"]}
    stories: dict[str, set[str]] = defaultdict(set)
    for row in places:
        stories[row["story_id"]].add(articles[row["article_id"]]["provider_domain"])
    shared = [sorted(outlets) for outlets in stories.values() if len(outlets) > 1]
    sizes = Counter(outlet for outlets in shared for outlet in outlets)
    together = Counter((a, b) for outlets in shared for a in outlets for b in outlets if a < b)
    linked = linked_pages(tables, articles)
    outlets = sorted(sizes)
    products = sum(sizes[a] * sizes[b] for a in outlets for b in outlets if a < b)
    for a, b in together.keys() | linked.keys():
        expected = together.total() * sizes[a] * sizes[b] / products if products else 0.0
        either = sizes[a] + sizes[b] - together[a, b]
        yield {
            "domain_a": a,
            "domain_b": b,
            "linked_pair_count": len(linked.get((a, b), ())),
            "shared_story_count": together[a, b],
            "either_story_count": either,
            "expected_shared_story_count": expected,
            "lift": together[a, b] / expected if expected >= EXPECTED else None,
            "jaccard": together[a, b] / either if either >= 30 else None,
            "is_small_group": expected < EXPECTED,
        }


def linked_pages(tables: Tables, articles: dict[str, Row]) -> dict[Domains, set[frozenset[str]]]:
    """Pairs of pages of which one lists the other, by the domains of the first article of each."""
    first: dict[str, Row] = {}
    for row in sorted(articles.values(), key=lambda row: (row["published_at"], row["article_id"])):
        first.setdefault(row["canonical_url"], row)
    linked: dict[Domains, set[frozenset[str]]] = defaultdict(set)
    for row in tables["related_items"]:
        if row["related_article_id"] is not None:
            ends = first[articles[row["article_id"]]["canonical_url"]], first[row["canonical_url"]]
            a, b = sorted(end["provider_domain"] for end in ends)
            if a != b:
                linked[a, b].add(frozenset(end["canonical_url"] for end in ends))
    return linked
