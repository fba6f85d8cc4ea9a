// All together: the state read, everything drawn from it, controls that change it.

// Charts are drawn one by one; a change meanwhile begins them anew.
let updates = 0;
async function update() {
  const mine = ++updates;
  by("explorer").dataset.ready = "no";
  filter();
  drawStatus();
  drawKeyFigures();
  drawGrid();
  followTables();
  for (const chart of charts) {
    if (mine !== updates) return;
    try {
      await drawChart(chart);
    } catch (error) {
      chart.note.textContent = `This chart cannot be drawn: ${error.message}.`;
    }
  }
  if (mine === updates) by("explorer").dataset.ready = "yes";
}

function readState() {
  state = new URLSearchParams(location.hash.slice(1));
}

function prepareControls() {
  const days = present(articles.published_date);
  for (const name of ["from", "to"])
    Object.assign(by("explorer-" + name), { min: days[0], max: days[days.length - 1] });
  const options = (id, values) =>
    by(id).append(...[...values].sort().map((value) => element("option", { value })));
  options("explorer-providers", new Set(articles.provider_domain));
  options("explorer-topics", new Set(topics.columns.topic ?? []));
  for (const type of [...new Set(articles.type)].sort(compare)) {
    by("explorer-type").append(
      element("option", { value: "=" + key(type) }, plain(type ?? "not given")),
    );
  }
  for (const name of FIELDS.slice(0, 4))
    by("explorer-" + name).onchange = (event) => change({ [name]: event.target.value });
  by("explorer-type").onchange = (event) =>
    change({ type: event.target.value ? event.target.value.slice(1) : undefined });
  let waiting;
  by("explorer-q").oninput = (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => change({ q: event.target.value }), 200);
  };
  by("explorer-filter").onsubmit = (event) => {
    event.preventDefault();
    goToGrid();
  };
  by("explorer-clear").onclick = () => {
    history.pushState(null, "", "#");
    readState();
    update();
  };
  by("explorer-copy").onclick = copySql;
  by("explorer-close").onclick = () => by("explorer-sql").close();
  by("explorer-grid-sql").onclick = () => showSql(gridSql());
  for (const name of Object.keys(GRID)) {
    const turn = () => {
      const order = gridOrder();
      change({ sort: order.name === name && !order.down ? "-" + name : name });
    };
    by("explorer-head").append(
      element(
        "th",
        { scope: "col", "data-sort": name },
        button(name, turn, { className: "sort" }),
      ),
    );
  }
}

function sayWhatIsHeld() {
  const titled = present(articles.title).length;
  const parts = [];
  if (count < data.articleCount)
    parts.push(
      `This part works on a sample of ${format(count)} of ${format(data.articleCount)} articles, chosen without regard to what they hold; SQL counts all.`,
    );
  if (titled < count)
    parts.push(
      `Titles and addresses are here for a sample of ${format(titled)} articles; search finds no others.`,
    );
  by("explorer-held").textContent = parts.join(" ");
}

async function start() {
  const script = element("script");
  script.textContent = await unpacked("explorer-library");
  document.head.append(script);
  by("explorer").hidden = false;
  document.documentElement.className = "explored";
  readState();
  prepareControls();
  sayWhatIsHeld();
  charts.forEach(addChart);
  prepareTables();
  leadToCharts();
  markWhole();
  addEventListener("popstate", () => {
    readState();
    update();
  });
  addEventListener("pointerup", (event) =>
    setTimeout(
      () =>
        charts.forEach((chart) => {
          if (chart.view && chart.place.contains(event.target)) brushed(chart);
        }),
      30,
    ),
  );
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update);
  await update();
}

if (count) await start();
