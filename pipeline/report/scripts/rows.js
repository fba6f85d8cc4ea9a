// What the page holds: tables as columns, unpacked.

async function unpacked(id) {
  const packed = Uint8Array.from(atob(by(id).textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

function decoded(text) {
  const column = JSON.parse(text);
  if (column.of) return column;
  if (column.steps) {
    let number = 0;
    return Int32Array.from(column.steps, (step) => (number += step));
  }
  const values = column.codes ? column.codes.map((code) => column.values[code]) : column.values;
  values.isDate = column.isDate === true;
  return values;
}

const data = JSON.parse(await unpacked("explorer-data"));
const columns = data.columns.map(decoded);
const table = (made) =>
  Object.fromEntries(
    Object.entries(made).map(([name, number]) => [
      name,
      columns[number].of
        ? ofArticles(columns[number].of, columns[made.article_id])
        : columns[number],
    ]),
  );
const ofArticles = (name, ids) =>
  Object.assign(
    Array.from(ids, (each) => articles[name][each]),
    { isDate: articles[name].isDate },
  );
const articles = table(data.articles),
  topics = { columns: table(data.topics), relation: "article_topics" };
const count = (articles.article_id || []).length;
articles.published = (articles.published_date ?? []).map(
  (day, each) => Date.parse(day) + 60_000 * (articles.minute_of_day[each] ?? 0),
);
const named = (found) =>
  Object.entries(found).map(([name, each]) => ({ name, ...each, columns: table(each.columns) }));
const charts = named(data.charts).filter((chart) => Object.keys(chart.columns).length);
const sources = [...charts, ...named(data.rows)];
