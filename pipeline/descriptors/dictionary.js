"use strict";
// Shows the rows that hold all words of the search; all rows of a table where only the text about it does.
const search = document.getElementById("search");
const entries = [...document.querySelectorAll(".entry")].map((entry) => ({
  entry,
  about: [entry.querySelector("h3"), ...entry.querySelectorAll(".about, :scope > p")]
    .map((part) => part.textContent).join(" ").toLowerCase(),
  rows: [...entry.querySelectorAll(".columns > tbody > tr")].map((row) => ({
    row,
    text: `${entry.dataset.name ?? ""}.${row.textContent}`.toLowerCase(),
  })),
}));

function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text) => words.every((word) => text.includes(word));
  let tables = 0;
  let lines = 0;
  for (const { entry, about, rows } of entries) {
    const hits = rows.filter(({ text }) => holds(text));
    const isWhole = hits.length === 0 && holds(about);
    for (const { row, text } of rows) row.hidden = !isWhole && !holds(text);
    entry.hidden = hits.length === 0 && !isWhole;
    tables += entry.hidden ? 0 : 1;
    lines += hits.length;
  }
  for (const part of document.querySelectorAll("main > h2, #contents")) part.hidden = words.length > 0;
  document.getElementById("found").textContent =
    words.length ? `${lines} rows in ${tables} sections` : "";
}

document.getElementById("find").hidden = false;
search.addEventListener("input", show);
// What a link leads to must not be hidden.
addEventListener("hashchange", () => {
  if (search.value) {
    search.value = "";
    show();
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }
});
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  }
});
