// What the other parts share: names, formats, elements whose texts stay text.

const PAGE_ROWS = 25,
  TABLE_ROWS = 500;
const STATE_OF = {
  period: "from",
  last_day: "to",
  provider_domain: "provider",
  topic: "topic",
  type: "type",
  story_id: "story",
};
const FIELDS = ["from", "to", "provider", "topic", "type", "q"];
const CHIPS = ["story", "month", "missing"];
const GRID = {
  title: "title",
  provider: "provider_domain",
  published: "published",
  quality: "quality",
  type: "type",
  story: "story_id",
};
const by = (id) => document.getElementById(id);
const format = (value, digits = 0) =>
  value === null || value === undefined || Number.isNaN(value)
    ? "–"
    : value.toLocaleString("en", {
        maximumFractionDigits: digits,
        minimumFractionDigits: digits,
      });

// Control characters and those that turn the direction of writing are shown as their codes.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/gu;
const plain = (value) =>
  String(value).replace(
    UNSAFE,
    (found) => "\\u" + found.charCodeAt(0).toString(16).padStart(4, "0"),
  );

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
