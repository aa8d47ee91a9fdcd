// Builds elements. Text is always text: nothing that a website sent can become markup.

/** h("p.quiet", {title: "…"}, "text", child): tag and classes, attributes, children (falsy ones are left out). */
export function h(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child || child === 0));
  return element;
}

const PATHS = {
  page: "M4 5h16v14H4zM4 9h16",
  eye: "M2 12s3.6-6 10-6 10 6 10 6-3.6 6-10 6-10-6-10-6zM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  cart: "M3 4h2.4l2.3 11h9.9L20 8H6.5M9.5 19.5h.01M16.5 19.5h.01",
  bag: "M5.5 8h13l1 12h-15zM8.5 10.5V7a3.5 3.5 0 0 1 7 0v3.5",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20a7.5 7.5 0 0 1 15 0",
  mail: "M3.5 6h17v12h-17zM4 6.5l8 6.5 8-6.5",
  phone: "M7.5 3h9v18h-9zM11 18h2",
  check: "M5 12.5l4.5 4.5L19 7.5",
  cross: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  hand: "M5 4h14v11H9.5L5 19z",
  pencil: "M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5z",
  dot: "M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
  clock: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L20 20",
  arrow: "M5 12h14M13 6l6 6-6 6",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.dot);
  svg.append(path);
  return svg;
}

/** A list of key words and what they mean: [[word, value], …]; empty values are left out. */
export function facts(entries) {
  return h(
    "dl.facts",
    {},
    entries.filter(([, value]) => value).map(([word, value]) => [h("dt", {}, word), h("dd", {}, value)]),
  );
}

export function card(id, title, ...content) {
  return h("section.card", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), content);
}

/** Rows with a bar below each: [{name, how, text, size}, …]; the largest size fills the width. */
export function bars(rows, largest = Math.max(...rows.map((row) => row.size))) {
  return h(
    "ul.bars",
    {},
    rows.map(({ name, how, text, size }) => {
      const bar = h("span.bar", { "aria-hidden": "true" });
      bar.style.setProperty("--share", `${(100 * size) / Math.max(largest, 1e-9)}%`);
      return h("li", {}, h("span", {}, name, how && h("span.quiet", {}, ` ${how}`)), h("span.number", {}, text), bar);
    }),
  );
}

export function chip(kind, text) {
  return h(`span.chip.${kind.replaceAll(" ", "-")}`, {}, text);
}
