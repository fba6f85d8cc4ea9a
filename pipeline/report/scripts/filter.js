// The state, which articles it leaves, and both as SQL.

let state, shown, shownRows, hasScope;
const key = (value) => (value === null ? "" : String(value));
const literal = (value) =>
  value === null
    ? "null"
    : typeof value === "string"
      ? `'${value.replaceAll("'", "''")}'`
      : String(value);
const equals = (field, value) =>
  value === null || value === "" ? `${field} is null` : `${field} = ${literal(value)}`;
const sourceOf = (name) => sources.find((source) => name.startsWith(source.name + "."));

// The numbers of the rows in which a column has a text, by an index that is made once.
const indexes = new Map();
function rowsWith(column, text) {
  if (!indexes.has(column)) {
    const index = new Map();
    column.forEach((value, row) => {
      const name = key(value);
      if (!index.has(name)) index.set(name, []);
      index.get(name).push(row);
    });
    indexes.set(column, index);
  }
  return indexes.get(column).get(text) ?? [];
}

// Each condition: which articles it leaves (a test by number, and their numbers where it lists
// them), and the same as SQL.
function conditions(of = state) {
  const made = [],
    bySource = new Map();
  for (const [name, value] of of) {
    const make = CONDITIONS[name],
      source = sourceOf(name);
    if (make) made.push(make(value));
    else if (source) {
      const field = name.slice(source.name.length + 1);
      if (source.columns[field])
        bySource.set(source, [...(bySource.get(source) ?? []), [field, value]]);
    }
  }
  for (const [source, values] of bySource) made.push(among(source, values));
  return made;
}

const CONDITIONS = {
  from: (value) => ({
    test: (each) => articles.published_date[each] >= value,
    sql: `published_date >= date ${literal(value)}`,
  }),
  to: (value) => ({
    test: (each) => articles.published_date[each] <= value,
    sql: `published_date <= date ${literal(value)}`,
  }),
  month: (value) => ({
    test: (each) => articles.published_date[each].startsWith(value),
    sql: `strftime(published_date, '%Y-%m') = ${literal(value)}`,
  }),
  q: (value) => {
    const sought = value.toLowerCase();
    return {
      test: (each) => (articles.title[each] ?? "").toLowerCase().includes(sought),
      sql: `position(${literal(sought)} in lower(title)) > 0`,
    };
  },
  provider: (value) =>
    listed(rowsWith(articles.provider_domain, value), equals("provider_domain", value)),
  type: (value) => listed(rowsWith(articles.type, value), equals("type", value)),
  topic: (value) => among(topics, [["topic", value]]),
  story: (value) =>
    listed(
      rowsWith(articles.story_id, value),
      `article_id in (select article_id from story_articles where ${equals("story_id", value)})`,
    ),
  missing: (value) =>
    listed(
      [...new Set(articles.missing)]
        .filter((names) => names.split(" ").includes(value))
        .flatMap((names) => rowsWith(articles.missing, names)),
      `"${value.replaceAll('"', '""')}" is null`,
    ),
};

function listed(ids, sql) {
  const found = new Uint8Array(count);
  for (const each of ids) found[each] = 1;
  return { ids, test: (each) => found[each] === 1, sql };
}

// The articles that have a row in which all the fields have the values.
function among({ columns, sql, relation }, values) {
  const [[first, sought]] = values;
  const rows = rowsWith(columns[first] ?? [], sought).filter((row) =>
    values.every(([field, text]) => key(columns[field][row]) === text),
  );
  const are = values.map(([field, text]) => {
    const [row] = rowsWith(columns[field] ?? [], text);
    return equals(field, row === undefined ? text : columns[field][row]);
  });
  const from = relation ?? `(\n${sql.trim()}\n) as rows`;
  return listed(
    rows.map((row) => columns.article_id[row]),
    `article_id in (select article_id from ${from} where ${are.join(" and ")})`,
  );
}

function filter() {
  const all = conditions();
  shown = new Uint8Array(count);
  shownRows = [];
  for (let each = 0; each < count; each++) {
    if (all.every((condition) => condition.test(each))) {
      shown[each] = 1;
      shownRows.push(each);
    }
  }
  hasScope = all.length > 0;
  for (const chart of charts) chart.figures = undefined;
}

function where() {
  const all = conditions().map((condition) => condition.sql);
  return all.length ? `\nwhere ${all.join("\n    and ")}` : "";
}
