// The tables of the sections: their rows lead to their articles, and follow the filter. Where a table
// names a chart, its columns with a field are figures of that chart; all others are of the whole
// archive.

const SHOWN = "shown";
const followed = [
  ...document.querySelectorAll("main > section table[data-query]:not(.still table)"),
].map(
  (table) => ({
    table,
    chart: charts.find(({ name }) => name === table.dataset.chart),
    heads: [...table.tHead.rows[0].cells],
    rows: [...table.tBodies[0].rows].map((row) => ({ row, changes: changesOf(row) })),
    note: element("span"),
  }),
);

// The conditions of the articles of a row; two cells of one name are two conditions.
function changesOf(row) {
  const changes = {};
  for (const { dataset } of row.querySelectorAll("[data-state]"))
    (changes[dataset.state] ??= []).push(dataset.value);
  return changes;
}

function membersOf(changes) {
  const all = conditions(
    Object.entries(changes).flatMap(([name, values]) => values.map((value) => [name, value])),
  );
  const from = all.find(({ ids }) => ids)?.ids ?? articles.type.keys();
  return [...new Set(from)].filter((each) => all.every((condition) => condition.test(each)));
}

// Where the window is narrow each cell says what it is; a star stands for the whole archive.
function label(row, heads, star = "") {
  heads.forEach((head, place) => {
    row.cells[place].dataset.label = head.textContent + (head.dataset.field ? "" : star);
  });
}

function prepareTables() {
  for (const each of followed) {
    each.leads = each.rows.some(({ changes }) => Object.keys(changes).length);
    if (each.leads)
      each.table.tHead.rows[0].append(element("th", { scope: "col", className: "num" }, SHOWN));
    for (const made of each.rows) {
      label(made.row, each.heads);
      if (!each.leads) continue;
      made.members = membersOf(made.changes);
      made.row.append(labelled(SHOWN, "", "num"));
    }
    const name = each.table.dataset.query;
    each.table.before(
      element("p", { className: "faint" }, each.note, " ", sqlButton(() => tableSql(each), name)),
    );
  }
}

const isLive = ({ chart }) => chart !== undefined && hasScope;
const tableSql = (each) =>
  isLive(each) ? chartSql(each.chart) : data.queries[each.table.dataset.query];

function followTables() {
  for (const each of followed) {
    const live = isLive(each);
    each.table.classList.toggle("live", live);
    const visible = live ? liveRows(each) : each.rows.filter((row) => countRow(row, each));
    each.table.tBodies[0].replaceChildren(...visible.map(({ row }) => row));
    each.table.hidden = visible.length === 0;
    each.note.textContent = noteOf(each, visible.length);
  }
}

function noteOf({ chart, leads, rows }, number) {
  if (!hasScope) return "";
  if (chart) return "Of the articles shown; columns with * are of the whole archive.";
  if (!leads) return "Of the whole archive: it does not follow the filter.";
  return `Of the whole archive; ${format(number)} of ${format(rows.length)} rows have articles that are shown.`;
}

// Whether the row has articles that are shown, or could have none; their number is in its last cell.
function countRow({ row, members, changes }, { leads }) {
  if (!leads) return true;
  const number = members.filter((each) => shown[each]).length;
  row.lastChild.replaceChildren(toArticles(number, () => change(changes, true)));
  return !hasScope || number > 0;
}

const toArticles = (number, choice) =>
  number
    ? button(format(number), choice, {
        className: "quiet",
        "aria-label": `Show ${format(number)} articles`,
      })
    : "0";

// As many rows as the table has, of the groups with most of the articles that are shown.
function liveRows({ chart, heads, rows }) {
  const [group] = groupsOf(chart),
    [{ as: most }] = aggregateOf(chart);
  const found = [...figures(chart)]
    .sort((one, other) => other[most] - one[most] || compare(one[group], other[group]))
    .slice(0, rows.length);
  const whole = new Map(rows.map(({ row, changes }) => [Object.values(changes)[0][0], row]));
  return found.map((figure) => {
    const made = element(
      "tr",
      {},
      ...heads.map((head, place) =>
        head.dataset.field
          ? liveCell(rows[0].row.cells[place], figure, head.dataset.field, found[0])
          : (whole.get(key(figure[group]))?.cells[place].cloneNode(true) ??
            element("td", { className: rows[0].row.cells[place].className }, "–")),
      ),
    );
    label(made, heads, " *");
    const leads = toArticles(figure[most], () => choose(chart, figure, true));
    made.append(labelled(SHOWN, leads, "num"));
    return { row: made };
  });
}

// A cell of the look of another; a bar is as long as the figure is of the highest.
function liveCell({ className }, figure, field, highest) {
  const text = measured(figure, field);
  if (!className.includes("measure"))
    return element("td", { className }, element("bdi", {}, text));
  const fill = element("span", { className: "fill" });
  fill.style.width = `${(100 * figure[field]) / highest[field]}%`;
  return element(
    "td",
    { className },
    element("span", { className: "track" }, fill),
    element("span", { className: "value" }, text),
  );
}

// A picture leads to the chart that is drawn of the same and follows the filter.
function leadToCharts() {
  for (const still of document.querySelectorAll(".still[data-chart]")) {
    const figure = by("chart-" + still.dataset.chart),
      show = () => {
        figure?.scrollIntoView({ block: "center" });
        figure?.querySelector("summary").focus({ preventScroll: true });
      };
    (still.closest(".pair") ?? still).before(
      element("p", {}, button("Drawn above", show, { className: "quiet" }), ", where it follows the filter."),
    );
  }
}

// What shows no figure of the articles says so.
function markWhole() {
  const mark = () => element("small", { className: "faint" }, "whole archive");
  for (const caption of document.querySelectorAll("main > section figcaption"))
    if (!caption.closest(".still, #explorer")) caption.append(" ", mark());
  for (const section of document.querySelectorAll("main > section:not(#explorer)"))
    if (!section.querySelector("table[data-query], .still")) section.firstElementChild.append(" ", mark());
}
