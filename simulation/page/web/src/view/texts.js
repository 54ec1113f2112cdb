/** Texts in the reader's language, and numbers and dates as that language writes them. */

import en from "../texts/en.json";
import ko from "../texts/ko.json";

export const CATALOGUES = { en, ko };
export const LANGUAGES = ["en", "ko"];

let language = "en";

/** @param {"en" | "ko"} chosen */
export function setLanguage(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
}

/** A text of the catalogue with its values. @param {string} key @param {Record<string, string | number>} [values] */
export function t(key, values = {}) {
  const text = CATALOGUES[language][key] ?? CATALOGUES.en[key];
  if (text === undefined) throw new Error(`no text is called ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A class of firms: translated where the catalogue knows it, else as the scenario calls it. */
export function named(name) {
  return CATALOGUES[language][`name.${name}`] ?? name.replaceAll("_", " ");
}

/** Title of a run: that of a shipped scenario in the reader's language, else as the scenario has it. */
export function titled(run) {
  if (run.titles?.[language]) return run.titles[language];
  const key = `scenario.${run.name}`;
  return CATALOGUES.en[key] === run.title ? CATALOGUES[language][key] : run.title;
}

/** A text that comes in several languages, in the reader's. @param {Record<string, string> | undefined} texts */
export function inLanguage(texts) {
  return texts?.[language] ?? texts?.en;
}

/** A line of a chart: by the catalogue, else by the classes that its group names. */
export function lined(label) {
  return CATALOGUES[language][`line.${label}`] ?? label.split(" ").map(named).join(" · ");
}

/** A text of a chart, which may bring its own where the catalogue has none. */
export function charted(spec, part = "") {
  const own = spec.watched && CATALOGUES[language][`measure.${spec.watched.measure}`];
  if (!spec.watched) return t(`chart.${spec.id}${part}`);
  return part ? t(`unit.${spec.unit}`) : (own ?? spec.watched.label);
}

/** A format of the reader's language; making one takes long, so each is made once. */
function format(Kind, options) {
  const key = `${language} ${Kind.name} ${Object.values(options)}`;
  if (!formats.has(key)) formats.set(key, new Kind(language, options));
  return formats.get(key);
}

const formats = new Map();

/** A number with so many digits behind the point. */
export function number(value, digits = 0) {
  if (value === null || !Number.isFinite(value)) return "–";
  return format(Intl.NumberFormat, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function signed(value, digits = 2) {
  return (value < 0 ? "−" : "+") + number(Math.abs(value), digits);
}

export function percent(value, digits = 0) {
  return value === null || !Number.isFinite(value) ? "–" : `${number(100 * value, digits)}${language === "en" ? "\u00a0%" : "%"}`;
}

/** A month of a story in words. */
export function date(story, month, style = "long") {
  const day = new Date(Date.UTC(story.startYear + Math.floor(month / 12), ((month % 12) + 12) % 12, 1));
  return format(Intl.DateTimeFormat, { year: "numeric", month: style, timeZone: "UTC" }).format(day);
}
