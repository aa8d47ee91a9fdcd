// The settings of a journey as a form: one field for each parameter, by its type.

import { duration } from "./format.js";
import { h } from "./dom.js";
import { t, titled } from "./words.js";

const UNITS = ["M", "H", "D", "W"];
const ONE_UNIT = /^P(?:T(\d+)([HM])|(\d+)([DW]))$/;

/** {element, values()}: the fields, and what stands in them by name. */
export function settingsForm(parameters) {
  const fields = parameters.map((one) => [one, field(one)]);
  return {
    element: h("div.settings", {}, fields.map(([one, made]) => row(one, made))),
    values: () => Object.fromEntries(fields.map(([one, made]) => [one.name, made.value()])),
  };
}

function row(parameter, made) {
  const hint = [parameter.help && titled(parameter.help, ""), bounds(parameter)].filter(Boolean).join(" ");
  const about = `${id(parameter)}-hint`;
  if (hint) made.input.setAttribute("aria-describedby", about);
  return h(
    "div.setting",
    {},
    h("label", { for: id(parameter) }, titled(parameter.title, parameter.name)),
    made.element,
    hint && h("p.quiet", { id: about }, hint),
  );
}

function bounds({ type, min, max }) {
  const said = (value) => (type === "duration" ? duration(value) : value);
  if (min !== null && max !== null) return t("boundBoth", { min: said(min), max: said(max) });
  if (min !== null) return t("boundMin", { min: said(min) });
  return max !== null ? t("boundMax", { max: said(max) }) : "";
}

const id = (parameter) => `setting-${parameter.name}`;

function field(parameter) {
  if (parameter.choices.length) return chosen(parameter);
  return (FIELDS[parameter.type] ?? plain("text"))(parameter);
}

const FIELDS = {
  text: plain("text"),
  url: plain("url"),
  date: plain("date"),
  time: plain("time"),
  number: (parameter) => {
    const { min, max } = parameter;
    const input = h("input", { id: id(parameter), type: "number", step: "any", value: parameter.value, min, max, required: true });
    return { element: input, input, value: () => Number(input.value) };
  },
  flag: (parameter) => {
    const input = h("input", { id: id(parameter), type: "checkbox", checked: parameter.value });
    return { element: input, input, value: () => input.checked };
  },
  duration: (parameter) => {
    const found = ONE_UNIT.exec(parameter.value);
    if (!found) return plain("text")(parameter); // such as P1DT12H
    const [count, unit] = [found[1] ?? found[3], found[2] ?? found[4]];
    const input = h("input", { id: id(parameter), type: "number", min: 1, step: 1, value: count, required: true });
    const units = h(
      "select",
      { "aria-label": t("unitOf", { title: titled(parameter.title, parameter.name) }) },
      UNITS.map((one) => h("option", { value: one, selected: one === unit }, t(`unit${one}`))),
    );
    const time = () => (["H", "M"].includes(units.value) ? "T" : "");
    return {
      element: h("div.measure", {}, input, units),
      input,
      value: () => `P${time()}${Number(input.value)}${units.value}`,
    };
  },
};

function plain(type) {
  return (parameter) => {
    const may = type === "text"; // a text may stay empty
    const input = h("input", { id: id(parameter), type, value: parameter.value, required: !may });
    return { element: input, input, value: () => input.value };
  };
}

function chosen(parameter) {
  const input = h(
    "select",
    { id: id(parameter) },
    parameter.choices.map((one) => h("option", { value: one, selected: one === parameter.value }, one)),
  );
  return { element: input, input, value: () => input.value };
}
