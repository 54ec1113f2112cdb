/** What steers a live model: the lesson's text, sliders made from the schema, policies, seed, downloads. */

import { addressOf } from "../source/settings.js";
import { h } from "./dom.js";
import { lessonText } from "./lesson.js";
import { CATALOGUES, number, t } from "./texts.js";

const wide = matchMedia("(min-width: 1000px)");

/**
 * Put the panel into its place.
 * @param {HTMLElement} place
 * @param {"en" | "ko"} language
 * @param {any} steer what the server says of the lesson
 * @param {import("../source/settings.js").Settings} settings
 * @param {{change: (changes: Partial<import("../source/settings.js").Settings>, isSoon?: boolean) => any, download: (kind: string, name: string) => void}} actions
 */
export function panelOf(place, language, steer, settings, actions) {
  const note = h("p", { class: "note", role: "status", id: "live-note" });
  const move = (path, value) => {
    const values = { ...settings.values };
    if (value === undefined) delete values[path];
    else values[path] = value;
    settings = actions.change({ values }, true);
  };
  const inputs = steer.controls.map((control) => ({ control, ...controlOf(control, language, settings, move) }));
  const first = inputs.filter(({ control }) => !control.is_further), further = inputs.filter(({ control }) => control.is_further);
  const seed = h("input", { type: "number", id: "seed", min: 0, max: steer.largest_seed, step: 1, onchange: (event) => {
    if (event.target.checkValidity() && event.target.value !== "") settings = actions.change({ seed: Number(event.target.value) });
  } });
  seed.value = String(settings.seed);
  const policies = switches(steer, settings, (chosen) => (settings = actions.change({ policies: chosen }, true)));
  const reset = () => {
    settings = actions.change({ values: {}, policies: [], seed: steer.seed });
    seed.value = String(steer.seed);
    for (const one of inputs) one.reset();
    policies?.reset();
  };
  const lessons = h("select", { id: "lesson", onchange: (event) => location.assign(addressOf(event.target.value)) },
    h("option", { value: "", selected: steer.lesson === "" }, t("live.model")),
    steer.lessons.map(({ name, title }) => h("option", { value: name, selected: name === steer.lesson }, title[language])));
  const stem = `tierwise-${steer.lesson || "model"}`;
  const button = (id, text, onclick) => h("button", { type: "button", id, onclick }, text);

  place.setAttribute("aria-label", t("live.panel"));
  place.replaceChildren(
    h("div", { class: "field" }, h("div", { class: "above" }, h("label", { for: "lesson" }, t("live.lesson")), note), lessons),
    h("details", { class: "steer", open: wide.matches, id: "steer" }, h("summary", {}, t(steer.texts ? "live.open_lesson" : "live.open")),
      steer.texts && lessonText(steer.texts, language),
      steer.texts && h("p", { class: "hint" }, t("live.locked")),
      h("div", { class: "field row" }, h("label", { for: "seed" }, t("live.seed")), seed,
        button("next-seed", t("live.next_seed"), () => {
          seed.value = String((settings.seed + 1) % (steer.largest_seed + 1));
          settings = actions.change({ seed: Number(seed.value) }, true);
        })),
      policies?.element,
      h("div", { class: "sliders" }, first.map((one) => one.element)),
      further.length > 0 && h("details", { class: "further", id: "further" }, h("summary", {}, t("live.further", { count: further.length })), bySection(further)),
      h("div", { class: "row" }, button("reset", t("live.reset"), reset),
        button("save-series", t("live.csv"), () => actions.download("series", `${stem}.csv`)),
        button("save-network", t("live.graphml"), () => actions.download("network", `${stem}.graphml`)))));
  return {
    /** Say something, or nothing. */
    say(text, isBusy = false) {
      note.textContent = text;
      note.classList.toggle("is-busy", isBusy);
      place.setAttribute("aria-busy", String(isBusy));
    },
  };
}

/** One control: a slider of a range, a list of levels. It shows what it was moved to, or where it begins. */
function controlOf(control, language, settings, move) {
  const { path, range, levels, unit } = control, id = `set-${path}`;
  const starts = [...new Set(Object.values(control.start))];
  const label = control.label[language];
  const shown = h("output", { for: id });
  const units = unit[language] && ` ${unit[language]}`;
  const tell = (value) => {
    shown.textContent = (value === undefined ? starts.map(brief).join(" · ") : brief(value)) + units;
    if (range) input.setAttribute("aria-valuetext", shown.textContent);
    shown.classList.toggle("is-moved", value !== undefined && !(starts.length === 1 && starts[0] === value));
  };
  const hint = [path, control.symbol, range && t("live.range", { low: brief(range[0]), high: brief(range[1]) }), t(`status.${control.status}`), control.source]
    .filter(Boolean).join(" · ");
  let input;
  if (levels) {
    input = h("select", { id, onchange: () => {
      const value = levels[Number(input.value)];
      tell(value);
      move(path, value);
    } }, starts.length > 1 && h("option", { value: "" }, "–"), levels.map((level, at) => h("option", { value: at }, brief(level))));
  } else {
    const [low, high] = range;
    const value = () => {
      const given = Number(input.value);
      return control.is_whole ? Math.round(given) : Math.min(high, Math.max(low, Number(given.toPrecision(3))));
    };
    const fill = () => input.style.setProperty("--part", `${(100 * (Number(input.value) - low)) / (high - low || 1)}%`);
    input = h("input", { type: "range", id, min: low, max: high, step: control.is_whole ? 1 : "any",
      oninput: () => {
        fill();
        tell(value());
      },
      onchange: () => move(path, value()),
      onkeydown: (event) => {
        const by = KEYS[event.key];
        if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault(); // browsers differ in what a step is where any number is allowed; some take 1
        const step = control.is_whole ? Math.max(1, Math.round((high - low) / 50)) : (high - low) / 50;
        input.value = String(Math.min(high, Math.max(low, Number(input.value) + by * step)));
        input.dispatchEvent(new Event("input"));
        input.dispatchEvent(new Event("change"));
      } });
    input.fill = fill;
  }
  const at = (value) => {
    if (levels) input.value = value === undefined ? (starts.length > 1 ? "" : String(levels.indexOf(starts[0]))) : String(levels.indexOf(value));
    else {
      input.value = String(value ?? starts[0]);
      input.fill();
    }
    tell(value);
  };
  at(settings.values[path]);
  input.setAttribute("aria-describedby", `${id}-hint`);
  const element = h("div", { class: "control" },
    h("div", { class: "control-name" }, h("label", { for: id }, label), shown), input,
    h("details", { class: "about" }, h("summary", { "aria-label": t("live.about", { name: label }) }, "?"), h("p", { id: `${id}-hint` }, hint)));
  return { element, language, reset: () => at(undefined) };
}

/** By how many steps keys move a slider. */
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 };

/** Policies beside the first run: one run each, as many as are allowed. */
function switches(steer, settings, onChange) {
  if (!steer.policies.length) return null;
  const boxes = steer.policies.map(({ name }) => {
    const box = h("input", { type: "checkbox", id: `policy-${name}`, onchange: () => {
      limit();
      onChange(boxes.filter((one) => one.checked).map((one) => one.name_));
    } });
    box.name_ = name;
    box.checked = settings.policies.includes(name);
    return box;
  });
  const limit = () => {
    const isFull = boxes.filter((one) => one.checked).length >= steer.most_policies;
    for (const box of boxes) box.disabled = isFull && !box.checked;
  };
  limit();
  const element = h("fieldset", { class: "policies" }, h("legend", {}, t("live.policies", { count: steer.most_policies })),
    boxes.map((box, at) => h("label", { class: "check" }, box, h("span", {}, titleOf(steer.policies[at])))),
    h("p", { class: "hint" }, t("live.same_draws")));
  return {
    element,
    reset() {
      for (const box of boxes) box.checked = false;
      limit();
    },
  };
}

function titleOf({ name, title }) {
  const key = `scenario.${name}`;
  return key in CATALOGUES.en ? t(key) : title;
}

/** Further controls under the names of their sections. */
function bySection(controls) {
  const sections = new Map();
  for (const one of controls) {
    const section = one.control.section[one.language];
    sections.set(section, [...(sections.get(section) ?? []), one.element]);
  }
  return [...sections].map(([section, elements]) => h("section", {}, h("h4", {}, section), elements));
}

function brief(value) {
  if (typeof value !== "number") return String(value);
  return Math.abs(value) >= 1000 ? number(value) : String(Number(value.toPrecision(4)));
}
