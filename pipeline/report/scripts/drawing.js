// What is drawn: conditions, key figures, charts, and the tables behind them.

function showSql(sql) {
  const dialog = by("explorer-sql");
  dialog.querySelector("textarea").value = sql;
  dialog.querySelector("[role=status]").textContent = "";
  dialog.showModal();
  dialog.querySelector("textarea").select();
  dialog.querySelector("textarea").scrollTop = 0;
}

async function copySql() {
  const dialog = by("explorer-sql"),
    text = dialog.querySelector("textarea");
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    document.execCommand("copy");
  }
  dialog.querySelector("[role=status]").textContent = "Copied.";
}

const button = (label, onclick, properties = {}) =>
  element("button", { type: "button", onclick, ...properties }, label);
const sqlButton = (sql, of) =>
  button("SQL", () => showSql(sql()), { className: "quiet sql", "aria-label": `Copy SQL: ${of}` });

function change(changes, goesToGrid = false) {
  for (const [name, values] of Object.entries(changes)) {
    state.delete(name);
    for (const value of [values].flat())
      if (value !== undefined && (value !== "" || name === "type")) state.append(name, value);
  }
  if (!("page" in changes)) state.delete("page");
  history.pushState(null, "", "#" + state);
  update();
  if (goesToGrid) goToGrid();
}

function goToGrid() {
  by("explorer-articles").scrollIntoView();
  by("explorer-articles").focus({ preventScroll: true });
}

// The articles of one figure: its groups become conditions, by name or as those of the chart.
function choose(chart, figure, goesToGrid) {
  const changes = {};
  for (const field of groupsOf(chart)) {
    changes[STATE_OF[field] ?? `${chart.name}.${field}`] = key(figure[field]);
  }
  change(changes, goesToGrid);
}

function drawStatus() {
  const chips = [...state]
    .filter(([name, value]) =>
      FIELDS.includes(name) ? state.get(name) !== value : CHIPS.includes(name) || sourceOf(name),
    )
    .map(([name, value]) =>
      button(
        `${plain(name === "story" ? "story: " + storyTitle(value) : name.replace(".", ": ") + " = " + value)} ×`,
        () => change({ [name]: state.getAll(name).filter((other) => other !== value) }),
        { "aria-label": `Remove ${plain(name)}` },
      ),
    );
  by("explorer-chosen").replaceChildren(...chips);
  by("explorer-count").textContent = `${format(shownRows.length)} of ${format(count)} articles`;
  for (const name of FIELDS) {
    const field = by("explorer-" + name);
    if (document.activeElement !== field || name !== "q") {
      field.value =
        name === "type"
          ? state.has(name)
            ? "=" + state.get(name)
            : ""
          : (state.get(name) ?? "");
    }
  }
  by("explorer-clear").disabled = !hasScope;
}

function storyTitle(story) {
  const first = articles.story_id.indexOf(story);
  return articles.title[first] ?? story;
}

function drawKeyFigures() {
  by("explorer-figures").replaceChildren(
    ...KEY_FIGURES.map((figure) => {
      const [label, , value, , , digits] = figure;
      return element(
        "div",
        {},
        element("dt", {}, label),
        element(
          "dd",
          {},
          button(format(value(shownRows), digits), goToGrid, {
            className: "figure",
            title: "Show the articles",
          }),
          sqlButton(() => keyFigureSql(figure), label),
        ),
      );
    }),
  );
}

function config() {
  const style = getComputedStyle(document.documentElement);
  const [ink, paper, faint, line, first, pale, second, third] = [
    "ink",
    "paper",
    "faint",
    "line",
    "first",
    "pale",
    "second",
    "break",
  ].map((name) => style.getPropertyValue("--" + name).trim());
  return {
    background: null,
    font: "system-ui, sans-serif",
    view: { stroke: null },
    // A colour that a specification may name in an expression.
    params: [{ name: "faint", value: faint }],
    mark: { color: first, invalid: null },
    // A margin of paper, so that a line stands out from the bar that it crosses.
    tick: { color: second, opacity: 1, stroke: paper, strokeWidth: 1.5 },
    text: { color: ink },
    axis: {
      labelColor: faint,
      gridColor: line,
      domainColor: line,
      tickColor: line,
      labelFontSize: 11,
      labelSeparation: 8,
    },
    legend: {
      labelColor: ink,
      labelFontSize: 11,
      symbolType: "square",
      layout: { bottom: { direction: "vertical" } },
    },
    range: {
      category: [first, second, third, "#5b8c5a", "#8a6fb0", "#b59a2e", "#4c9a9a", faint],
      heatmap: [pale, first],
      ramp: [pale, first],
    },
  };
}

function rowsFor(chart) {
  const dates = Object.keys(chart.columns).filter((name) => chart.columns[name].isDate);
  return figures(chart).map((figure) => {
    const row = { ...figure };
    for (const name of dates) if (row[name]) row[name] = Date.parse(row[name]);
    return row;
  });
}

function addChart(chart) {
  const title = chart.specification.title ?? chart.name;
  chart.place = element("div", { className: "drawing" });
  chart.note = element("p", { className: "faint" });
  chart.details = element(
    "details",
    { ontoggle: () => drawTable(chart) },
    element("summary", {}, "Table"),
  );
  by("explorer-charts").append(
    element(
      "figure",
      { id: "chart-" + chart.name },
      element(
        "figcaption",
        {},
        title,
        " ",
        sqlButton(() => chartSql(chart), title),
      ),
      chart.place,
      chart.note,
      chart.details,
    ),
  );
  if (!chart.columns.article_id)
    chart.note.textContent = "Of the whole archive: it does not follow the filter.";
}

async function drawChart(chart) {
  chart.view?.finalize();
  const { title, transform = [], ...rest } = chart.specification;
  const specification = {
    width: "container",
    autosize: { type: "fit-x", contains: "padding" },
    ...rest,
    transform: aggregateOf(chart) ? transform.slice(1) : transform,
    data: { name: "rows", values: rowsFor(chart) },
  };
  const compiled = library.compile(specification, { config: config(), logger: quiet }).spec;
  const view = (chart.view = new library.View(library.parse(compiled, null, { ast: true }), {
    expr: library.expressionInterpreter,
    renderer: "svg",
    container: chart.place,
    logger: quiet,
    tooltip: (_, event, item, value) => showTooltip(event, value),
  }));
  if (chart.columns.article_id)
    chart.note.textContent = figures(chart).length ? "" : "No article that is shown is in this chart.";
  view.addEventListener("click", (_, item) => {
    // One field that articles lack is of many figures, each of the fields lacking together.
    if (item?.datum?.missing_field) return change({ missing: item.datum.missing_field });
    const figure =
      item?.datum &&
      figures(chart).find((each) =>
        groupsOf(chart).every(
          (field) =>
            field in item.datum &&
            (chart.columns[field].isDate ? Date.parse(each[field]) : each[field]) ===
              item.datum[field],
        ),
      );
    if (figure && chart.columns.article_id) choose(chart, figure, false);
  });
  await view.runAsync();
  // The drawing is an image with a name; what it says in detail stands in the table.
  chart.place.querySelector("svg")?.setAttribute("aria-hidden", "true");
  chart.place.removeAttribute("aria-roledescription");
  chart.place.role = "img";
  chart.place.ariaLabel = `${title ?? chart.name}; the table below holds the same`;
  drawTable(chart);
}

const quiet = {
  level() {
    return this;
  },
  error(...all) {
    console.error(...all);
    return this;
  },
  warn() {
    return this;
  },
  info() {
    return this;
  },
  debug() {
    return this;
  },
};

function brushed(chart) {
  if (!(chart.specification.params ?? []).some((parameter) => parameter.name === "period"))
    return;
  const ends = Object.values(chart.view.signal("period") ?? {})[0];
  if (!ends || ends[0] === ends[1]) return;
  const [from, to] = [Math.min(...ends), Math.max(...ends)].map((end) =>
    new Date(end).toISOString().slice(0, 10),
  );
  change({ from, to });
}

function showTooltip(event, value) {
  const tip = by("explorer-tip");
  tip.hidden = !value;
  if (!value) return;
  tip.replaceChildren(
    ...Object.entries(value).map(([name, each]) => element("div", {}, `${name}: ${plain(each)}`)),
  );
  tip.style.left = `${Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.max(event.clientY - tip.offsetHeight - 8, 4)}px`;
}

function measured(figure, field) {
  const value = figure[field];
  if (typeof value !== "number") return plain(value ?? "–");
  if (field.endsWith("_share")) return `${format(100 * value, 1)} %`;
  return format(value, Number.isInteger(value) && !/^(avg|median)_/.test(field) ? 0 : 1);
}

const words = (field) => field.replaceAll("_", " ");
const labelled = (label, content, className = "", ...more) =>
  element("td", { className, "data-label": words(label) }, content, ...more);

function drawTable(chart) {
  if (!chart.details.open) return;
  const groups = groupsOf(chart),
    values = (aggregateOf(chart) ?? []).map((each) => each.as);
  const all = [...figures(chart)];
  all.sort(
    (one, other) => groups.map((field) => compare(one[field], other[field])).find(Boolean) ?? 0,
  );
  const cell = (figure, field) =>
    typeof figure[field] === "number" && values.includes(field)
      ? labelled(field, measured(figure, field), "num")
      : labelled(field, plain(figure[field] ?? "–"));
  const rows = all.slice(0, TABLE_ROWS).map((figure) => {
    const cells = [...groups, ...values].map((field) => cell(figure, field));
    if (chart.columns.article_id)
      cells.push(
        element(
          "td",
          {},
          button("articles", () => choose(chart, figure, true), { className: "quiet" }),
        ),
      );
    return element("tr", {}, ...cells);
  });
  const heads = [...groups, ...values].map((field) =>
    element("th", { scope: "col" }, words(field)),
  );
  if (chart.columns.article_id) heads.push(element("td"));
  const made = element(
    "div",
    { className: "scroll", tabIndex: 0 },
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...rows),
    ),
  );
  const cut =
    all.length > TABLE_ROWS
      ? [
          element(
            "p",
            { className: "faint" },
            `The first ${format(TABLE_ROWS)} of ${format(all.length)} rows.`,
          ),
        ]
      : [];
  chart.details.replaceChildren(chart.details.firstChild, made, ...cut);
}
