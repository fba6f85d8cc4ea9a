"""The report explored: what is shown follows the filter, equals its SQL, and leads to articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.read.build import Build
from pipeline.report import explorer
from tests.report.chromium import Chromium
from tests.report.exploring import as_shown, as_text, go, ready, shown_sql, table_of, texts

MOST = {
    "PROVIDER": """select 'provider=' || provider_domain as state from providers
        order by article_count desc, provider_domain limit 1""",
    "TOPIC": """select 'topic=' || topic as state from topics
        order by article_count desc, topic limit 1 offset 2""",
    "STORY": """select 'story=' || story_id as state from stories
        order by article_count desc, story_id limit 1""",
}
CHARTS = sorted(explorer.charts())
OF_NO_ARTICLES = {"completeness", "page_subjects", "problems"}
"""Tables with rows of no article: columns of other tables, page texts, files that were lost."""
STATES = [
    "",
    "type=video",
    "q=the",
    "quality.quality_bucket=50",
    "from=2020-01-01&to=2021-03-31&rhythm.weekday=2",
    "PROVIDER",
    "TOPIC",
    "STORY",
    "provider=%27quoted%27.example",
]


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_what_is_shown_equals_its_sql(page: Chromium, results: Build, state: str) -> None:
    if state in MOST:
        state = results.sql(MOST[state])["state"][0]
    go(page, state)
    labels = texts(page, "#explorer-figures dt")
    assert len(labels) > 5
    for number, label in enumerate(labels, 1):
        figure = f"#explorer-figures > :nth-child({number})"
        (value,) = results.sql(shown_sql(page, f"{figure} button.quiet")).iloc[0]
        shown = page.run(f"document.querySelector('{figure} button.figure').textContent")
        is_mean = label == "Mean quality"
        assert shown == as_text(value, is_mean), label
    for chart in CHARTS:
        frame = results.sql(shown_sql(page, f"#chart-{chart} figcaption button"))
        assert sorted(table_of(page, chart)) == sorted(as_shown(frame.head(500))), chart
    grid = results.sql(shown_sql(page, "#explorer-grid-sql"))
    assert texts(page, "#explorer-rows .path") == grid["source_path"].head(25).tolist()


@pytest.mark.slow
def test_a_link_holds_the_state(page: Chromium, out: Path) -> None:
    page.open(f"{(out / 'report.html').as_uri()}#q=the&sort=quality&page=2")
    assert page.run("document.querySelector('#explorer-q').value") == "the"
    assert texts(page, "#explorer-page")[0].startswith("page 2 of ")
    assert page.run("document.querySelector('[aria-sort=ascending]').dataset.sort") == "quality"


def click_the_first_bar(page: Chromium, chart: str) -> None:
    place = page.run(
        f"""(() => {{
        const bars = [...document.querySelectorAll('#chart-{chart} svg .mark-rect path')];
        const top = each => each.getBoundingClientRect().y;
        const bar = bars.reduce((one, other) => top(one) < top(other) ? one : other);
        bar.scrollIntoView({{block: 'center'}});
        const box = bar.getBoundingClientRect();
        return [box.x + 4, box.y + box.height / 2];
        }})()"""
    )
    page.drag(place, place)


@pytest.mark.slow
def test_a_missing_field_leads_to_the_articles_that_lack_it(page: Chromium, results: Build) -> None:
    counts = results.sql(
        """select column_name, row_count - filled_count as article_count from data_completeness
        where table_name = 'articles' and filled_count < row_count"""
    )
    click_the_first_bar(page, "missing_fields")
    page.wait_for("location.hash.startsWith('#missing=')")
    ready(page)
    field = page.run("location.hash").removeprefix("#missing=")
    lacking = dict(zip(counts["column_name"], counts["article_count"], strict=True))
    assert lacking[field] == max(lacking.values())
    assert texts(page, "#explorer-count")[0].startswith(f"{lacking[field]:,} of ")


@pytest.mark.slow
def test_a_bar_leads_to_its_articles_by_mouse_and_by_keyboard(
    page: Chromium, results: Build
) -> None:
    (most,) = results.sql(
        "from providers order by article_count desc, provider_domain limit 1"
    ).to_dict("records")
    click_the_first_bar(page, "providers")
    page.wait_for("location.hash.startsWith('#provider=')")
    page.wait_for("document.querySelector('#explorer').dataset.ready === 'yes'")
    count = f"{most['article_count']:,} of "
    assert page.run("document.querySelector('#explorer-count').textContent").startswith(count)
    go(page, "")
    page.run("document.querySelector('#chart-providers summary').focus()")
    page.press("Enter")
    page.wait_for("!!document.querySelector('#chart-providers tbody button')")
    page.press("Tab")
    page.press("Tab")
    page.press("Enter")
    page.wait_for("location.hash.startsWith('#provider=')")
    assert page.run("document.activeElement.id") == "explorer-articles"


TABLES = """[
    ...document.querySelectorAll('main > section table[data-query]:not(.still table)')
].map((table, number) => {
    table.id ||= 'table-' + number;
    const rows = [...table.tBodies[0].rows];
    return {
        id: table.id, query: table.dataset.query, chart: table.dataset.chart ?? null,
        note: table.previousElementSibling.textContent,
        fields: [...table.tHead.rows[0].cells].map(cell => cell.dataset.field ?? null),
        rows: rows.map(row => [...row.cells].map(cell =>
            (cell.querySelector('.value') ?? cell).textContent)),
        leads: rows.map(row => row.lastElementChild.querySelector('button') !== null),
    };
})"""


def follow(page: Chromium, place: str) -> None:
    """Click on what leads to articles, and see that their number is the one it gives."""
    number = page.run(
        f"(each => (each.click(), each.textContent))(document.querySelector('{place}'))"
    )
    ready(page)
    assert page.run("document.activeElement.id") == "explorer-articles"
    assert page.run("document.querySelector('#explorer-count').textContent").startswith(
        f"{number} of "
    ), place


@pytest.mark.slow
@pytest.mark.parametrize("state", ["", "from=2020-01-01&to=2021-03-31"])
def test_every_row_of_every_table_leads_to_its_articles(
    page: Chromium, results: Build, state: str
) -> None:
    go(page, state)
    tables = page.run(TABLES)
    assert len(tables) > 5
    for table in tables:
        assert all(table["leads"]) or table["query"] in OF_NO_ARTICLES, table["query"]
        if not any(table["leads"]):
            continue
        last = max(place for place, leads in enumerate(table["leads"]) if leads)
        follow(page, f"#{table['id']} tbody tr:nth-child({last + 1}) td:last-child button")
        sql = shown_sql(page, "#explorer-figures button.quiet")
        (count,) = results.sql(sql).iloc[0]
        assert as_text(count) == table["rows"][last][-1], table["query"]
        go(page, state)


@pytest.mark.slow
@pytest.mark.parametrize("state", ["type=video", "from=2020-01-01&to=2021-03-31", "TOPIC"])
def test_tables_follow_the_filter_and_equal_their_sql(
    page: Chromium, results: Build, state: str
) -> None:
    whole = {table["id"]: table for table in page.run(TABLES)}
    go(page, results.sql(MOST[state])["state"][0] if state in MOST else state)
    for table in page.run(TABLES):
        frame = results.sql(shown_sql(page, f"p:has(+ #{table['id']}) .sql"))
        fields = [field for field in table["fields"] if field]
        if not table["chart"]:
            assert table["note"].startswith("Of the whole archive"), table["query"]
            rows = [row[:-1] for row in whole[table["id"]]["rows"]]
            assert len(frame) >= len(rows)
            assert all(row[:-1] in rows for row in table["rows"]), table["query"]
            continue
        key = frame.columns[0]
        frame = frame.sort_values(["article_count", key], ascending=[False, True])
        shown = [
            [text for text, field in zip(row, table["fields"], strict=False) if field]
            for row in table["rows"]
        ]
        assert len(shown) == min(len(frame), len(whole[table["id"]]["rows"])) > 0
        assert shown == as_shown(frame[fields].head(len(shown))), table["query"]


@pytest.mark.slow
def test_without_a_filter_tables_are_as_they_were_rendered(page: Chromium, out: Path) -> None:
    before = page.run(TABLES)
    go(page, "type=video")
    assert page.run(TABLES) != before
    page.run("document.querySelector('#explorer-clear').click()")
    ready(page)
    assert page.run(TABLES) == before


@pytest.mark.slow
def test_levels_of_factors_have_the_articles_of_the_mart(page: Chromium, results: Build) -> None:
    """A row is of one factor and level together: another factor with that level does not count."""
    (table,) = (table for table in page.run(TABLES) if table["query"] == "factors")
    counts = results.sql("select factor, level, article_count from quality_factors")
    expected = {
        (row.factor.replace("_", " "), row.level): row.article_count for row in counts.itertuples()
    }
    assert table["rows"]
    for factor, level, *_, count in table["rows"]:
        assert count == as_text(expected[factor, level])


@pytest.mark.slow
def test_a_drag_over_the_coverage_chooses_a_period(page: Chromium) -> None:
    left, top, width, height = page.run(
        """(() => {
        const svg = document.querySelector('#chart-coverage svg');
        svg.scrollIntoView({block: 'center'});
        const box = svg.getBoundingClientRect();
        return [box.x, box.y, box.width, box.height];
        })()"""
    )
    middle = top + height / 2
    page.drag((left + width * 0.3, middle), (left + width * 0.6, middle))
    page.wait_for("/from=.*&to=/.test(location.hash)")
    start, end = (
        page.run(f"document.querySelector('#explorer-{x}').value") for x in ("from", "to")
    )
    assert start < end


@pytest.mark.slow
def test_the_grid_sorts_and_turns_pages(page: Chromium, results: Build) -> None:
    page.run("document.querySelector('[data-sort=quality] button').click()")
    page.run("document.querySelector('[data-sort=quality] button').click()")
    page.run("document.querySelector('#explorer-next').click()")
    expected = results.sql(
        "select quality from articles order by quality desc nulls last limit 25 offset 25"
    )
    shown = texts(page, "#explorer-rows .num")
    assert shown == [str(value) for value in expected["quality"].tolist()]
    assert page.run("location.hash") == "#sort=-quality&page=2"
