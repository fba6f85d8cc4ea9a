// The figures of a chart: its rows of the articles that are shown, aggregated; and as SQL.

const OPERATIONS = {
  count: [(values) => values.length, () => "count(*)"],
  valid: [(values) => present(values).length, (field) => `count(${field})`],
  sum: [(values) => total(present(values)), (field) => `sum(${field})`],
  mean: [(values) => mean(present(values)), (field) => `avg(${field})`],
  median: [(values) => median(present(values)), (field) => `quantile_cont(${field}, 0.5)`],
  min: [(values) => present(values).sort(compare).at(0) ?? null, (field) => `min(${field})`],
  max: [(values) => present(values).sort(compare).at(-1) ?? null, (field) => `max(${field})`],
  distinct: [(values) => new Set(present(values)).size, (field) => `count(distinct ${field})`],
  // Of the articles that are shown; no operation of Vega-Lite's.
  share: [
    (values) => values.length / shownRows.length,
    () => "count(*) / (select count(*) from shown)",
  ],
};
const present = (values) => values.filter((value) => value !== null);
const total = (values) => values.reduce((sum, value) => sum + value, 0);
const mean = (values) => (values.length ? total(values) / values.length : null);
const median = (values) => {
  const sorted = values.sort((one, other) => one - other),
    middle = (values.length - 1) / 2;
  return values.length ? (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2 : null;
};
const compare = (one, other) =>
  one === other
    ? 0
    : one === null || one === undefined
      ? 1
      : other === null || other === undefined
        ? -1
        : one < other
          ? -1
          : 1;

const aggregateOf = (chart) => (chart.specification.transform ?? [])[0]?.aggregate;
const groupsOf = (chart) =>
  aggregateOf(chart)
    ? (chart.specification.transform[0].groupby ?? [])
    : Object.keys(chart.columns).filter((name) => name !== "article_id");

// A field that the rows of a chart lack is that of their article.
const valueOf = (chart, field, row) =>
  (chart.columns[field] ?? articles[field])[
    chart.columns[field] ? row : chart.columns.article_id[row]
  ];
const columnOf = (chart, field) =>
  field && `${chart.columns[field] ? "figures" : "articles"}.${field}`;
const figures = (chart) => (chart.figures ??= aggregated(chart));

function aggregated(chart) {
  const groups = groupsOf(chart),
    found = new Map(),
    of = chart.columns;
  const ids = of.article_id,
    rows = ids ? ids.length : Object.values(of)[0].length;
  for (let row = 0; row < rows; row++) {
    if (ids && !shown[ids[row]]) continue;
    const name = aggregateOf(chart)
      ? groups.map((field) => key(of[field][row])).join("\u0000")
      : row;
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(row);
  }
  return [...found.values()].map((members) => {
    const figure = Object.fromEntries(groups.map((field) => [field, of[field][members[0]]]));
    for (const { op, field, as } of aggregateOf(chart) ?? []) {
      if (!OPERATIONS[op])
        throw new Error(
          `an aggregate is one of ${Object.keys(OPERATIONS).join(", ")}, not ${op}`,
        );
      figure[as] = OPERATIONS[op][0](
        members.map((row) => (field ? valueOf(chart, field, row) : row)),
      );
    }
    return figure;
  });
}

function chartSql(chart) {
  const groups = groupsOf(chart)
    .map((field) => columnOf(chart, field))
    .join(", ");
  const values = (aggregateOf(chart) ?? []).map(
    ({ op, field, as }) => `${OPERATIONS[op]?.[1](columnOf(chart, field)) ?? op} as ${as}`,
  );
  const kept = chart.columns.article_id
    ? `\ninner join articles using (article_id)\nwhere article_id in (select article_id from shown)`
    : "";
  return (
    `with shown as (\nselect article_id from articles${where()}\n),\n\nfigures as (\n` +
    `${chart.sql.trim()}\n)\n\nselect ${[groups, ...values].filter(Boolean).join(", ")}\nfrom figures${kept}` +
    (values.length && groups ? `\ngroup by ${groups}` : "") +
    (groups ? `\norder by ${groups}` : "")
  );
}

const KEY_FIGURES = [
  ["Articles", "count(*)", (rows) => rows.length],
  [
    "Providers",
    "count(distinct provider_domain)",
    (rows) => new Set(rows.map((each) => articles.provider_domain[each])).size,
  ],
  [
    "Topics",
    "count(distinct topic)",
    () => new Set((topics.columns.topic ?? []).filter((_, row) => shown[topics.columns.article_id[row]])).size,
    "article_topics",
    "true",
  ],
  [
    "Stories of two or more",
    "count(distinct story_id)",
    (rows) => new Set(present(rows.map((each) => articles.story_id[each]))).size,
    "story_articles inner join stories using (story_id)",
    "article_count > 1",
  ],
  [
    "Mentions in their lists",
    "sum(related_count)",
    (rows) => {
      const counts = present(rows.map((each) => articles.related_count[each]));
      return counts.length ? total(counts) : null;
    },
  ],
  [
    "Mean quality",
    "avg(quality)",
    (rows) => mean(present(rows.map((each) => articles.quality[each]))),
    "articles",
    "",
    1,
  ],
];

function keyFigureSql([, expression, , from = "articles", condition = ""]) {
  if (from === "articles") return `select ${expression} from articles${where()}`;
  return `select ${expression}\nfrom ${from}\nwhere ${condition}\n    and article_id in (select article_id from articles${where()})`;
}
