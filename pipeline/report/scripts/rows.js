// What the page holds: tables as columns, unpacked.

async function unpacked(id) {
  const packed = Uint8Array.from(atob(by(id).textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

function decoded(text) {
  const column = JSON.parse(text);
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
  Object.fromEntries(Object.entries(made).map(([name, number]) => [name, columns[number]]));
const articles = table(data.articles),
  topics = table(data.topics);
const count = (articles.article_id || []).length;
articles.published = (articles.published_date ?? []).map(
  (day, each) => Date.parse(day) + 60_000 * (articles.minute_of_day[each] ?? 0),
);
const charts = Object.entries(data.charts)
  .map(([name, chart]) => ({ name, ...chart, columns: table(chart.columns) }))
  .filter((chart) => Object.keys(chart.columns).length);
