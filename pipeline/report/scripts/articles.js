// The articles that are shown, sorted, a page at a time.

function gridOrder() {
  const order = state.get("sort") ?? "",
    name = order.replace("-", "");
  return GRID[name] ? { name, down: order.startsWith("-") } : { name: "published", down: true };
}

// What is missing comes last, and ties are in the order of the page: by day, then article_id.
function sorted() {
  const { name, down } = gridOrder(),
    column = articles[GRID[name]];
  const isMissing = (each) => (column[each] ?? null) === null;
  return [...shownRows].sort((one, other) => {
    const either = compare(column[one], column[other]);
    return (down && !isMissing(one) && !isMissing(other) ? -either : either) || one - other;
  });
}

function gridSql() {
  const { name, down } = gridOrder();
  const column =
    name === "title"
      ? "articles.title"
      : name === "published"
        ? "date_trunc('minute', published_at)"
        : name === "story"
          ? "case when article_count > 1 then story_id end"
          : GRID[name];
  return (
    "select articles.title, articles.provider_domain, articles.published_at, articles.quality,\n" +
    "    articles.type, articles.url, articles.source_path, stories.story_id, stories.article_count\n" +
    "from articles\ninner join story_articles using (article_id)\ninner join stories using (story_id)\n" +
    `where article_id in (select article_id from articles${where()})\n` +
    `order by ${column}${down ? " desc" : ""} nulls last, published_date, article_id`
  );
}

function link(url, text) {
  const isWeb = /^https?:\/\//i.test(url ?? "");
  return isWeb
    ? element("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text)
    : text;
}

function gridRow(each, sizes) {
  const minute = articles.minute_of_day[each],
    story = articles.story_id[each];
  const time = new Date(articles.published[each]).toISOString(); // in UTC
  const title =
    articles.title[each] === null
      ? element("span", { className: "faint" }, "not in this page; see SQL")
      : element("bdi", {}, link(articles.url[each], plain(articles.title[each])));
  const file = element("span", { className: "path" }, plain(articles.source_path[each] ?? ""));
  return element(
    "tr",
    {},
    labelled("title", title, "title", file),
    labelled(
      "provider",
      button(
        plain(articles.provider_domain[each]),
        () => change({ provider: articles.provider_domain[each] }),
        { className: "quiet" },
      ),
    ),
    labelled("published", time.slice(0, minute === null ? 10 : 16).replace("T", " "), "day"),
    labelled("quality", format(articles.quality[each]), "num"),
    labelled("type", plain(articles.type[each] ?? "–")),
    labelled(
      "story",
      story === null
        ? "–"
        : button(`${format(sizes.get(story))} articles`, () => change({ story }, true), {
            className: "quiet",
          }),
    ),
  );
}

const storySizes = new Map();
for (const story of articles.story_id ?? [])
  storySizes.set(story, (storySizes.get(story) ?? 0) + 1);

function drawGrid() {
  const rows = sorted(),
    pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  const page = Math.min(pages, Math.max(1, Number(state.get("page")) || 1));
  by("explorer-rows").replaceChildren(
    ...rows
      .slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS)
      .map((each) => gridRow(each, storySizes)),
  );
  by("explorer-page").textContent = `page ${format(page)} of ${format(pages)}`;
  by("explorer-back").disabled = page === 1;
  by("explorer-next").disabled = page === pages;
  by("explorer-back").onclick = () => change({ page: page - 1 });
  by("explorer-next").onclick = () => change({ page: page + 1 });
  const order = gridOrder();
  for (const head of by("explorer-head").children) {
    const direction = order.down ? "descending" : "ascending";
    head.setAttribute("aria-sort", order.name === head.dataset.sort ? direction : "none");
  }
}
