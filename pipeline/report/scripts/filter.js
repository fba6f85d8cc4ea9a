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
const chartOf = (name) => charts.find((chart) => name.startsWith(chart.name + "."));
const original = (column, text) => column.find((value) => key(value) === text) ?? null;

// Each condition: which articles it leaves (a test by number), and the same as SQL.
function conditions() {
  const made = [];
  const add = (test, sql) => made.push({ test, sql });
  for (const [name, value] of state) {
    if (name === "from")
      add(
        (each) => articles.published_date[each] >= value,
        `published_date >= date ${literal(value)}`,
      );
    else if (name === "to")
      add(
        (each) => articles.published_date[each] <= value,
        `published_date <= date ${literal(value)}`,
      );
    else if (name === "provider")
      add((each) => articles.provider_domain[each] === value, equals("provider_domain", value));
    else if (name === "type")
      add((each) => key(articles.type[each]) === value, equals("type", value));
    else if (name === "topic")
      add(...among(topics, "topic", value, "select article_id from article_topics where "));
    else if (name === "story")
      add(
        (each) => articles.story_id[each] === value,
        `article_id in (select article_id from story_articles where ${equals("story_id", value)})`,
      );
    else if (name === "q") {
      const sought = value.toLowerCase();
      add(
        (each) => (articles.title[each] ?? "").toLowerCase().includes(sought),
        `position(${literal(sought)} in lower(title)) > 0`,
      );
    } else if (chartOf(name)) {
      const chart = chartOf(name),
        field = name.slice(chart.name.length + 1);
      if (chart.columns[field])
        add(
          ...among(
            chart.columns,
            field,
            value,
            `select article_id from (\n${chart.sql.trim()}\n) as rows where `,
          ),
        );
    }
  }
  return made;
}

function among(rows, field, text, select) {
  const found = new Uint8Array(count),
    column = rows[field] ?? [];
  for (let row = 0; row < column.length; row++) {
    if (key(column[row]) === text) found[rows.article_id[row]] = 1;
  }
  const value = original(column, text) ?? (text || null);
  return [(each) => found[each] === 1, `article_id in (${select}${equals(field, value)})`];
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
}

function where() {
  const all = conditions().map((condition) => condition.sql);
  return all.length ? `\nwhere ${all.join("\n    and ")}` : "";
}
