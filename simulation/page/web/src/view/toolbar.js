/** What is shown and how: colour, arrangement, links, a firm by its id. */

import { h, icon, ICONS } from "./dom.js";
import { t } from "./texts.js";

export const COLORS = ["use", "adoption", "defects", "late"];
export const LAYOUTS = ["rings", "cells"];

/** A choice of a few, as radio buttons that look like one switch. */
function choice(store, name, options, label) {
  const inputs = options.map((option) => h("input", {
    type: "radio", name, value: option, id: `${name}-${option}`, onchange: () => store.set({ [name]: option }),
  }));
  const element = h("fieldset", { class: "choice" }, h("legend", {}, label),
    h("div", { class: "options" }, options.map((option, at) => h("label", {}, inputs[at], h("span", {}, t(`${name}.${option}`))))));
  return { element, update: () => inputs.forEach((input) => (input.checked = input.value === store.get()[name])) };
}

/**
 * @param {import("./store.js").Store} store
 * @param {import("../model/story.js").Story} story
 * @param {(text: string) => void} say
 */
export function toolbar(store, story, say) {
  const color = choice(store, "color", COLORS, t("color"));
  const layout = choice(store, "layout", LAYOUTS, t("layout"));
  const links = h("input", { type: "checkbox", id: "links", onchange: (event) => store.set({ hasLinks: event.target.checked }) });
  const note = h("span", { class: "note", role: "alert" });
  const find = h("input", { id: "find", type: "search", placeholder: t("find.placeholder"), autocomplete: "off", spellcheck: "false", "aria-label": t("find"), size: 8 });
  const form = h("form", { class: "find", role: "search", onsubmit: (event) => {
    event.preventDefault();
    const firm = story.world.find(find.value);
    note.textContent = firm < 0 ? t("find.none", { name: find.value.slice(0, 40) }) : "";
    if (firm >= 0) {
      store.set({ firm });
      say(find.value);
    }
  } }, find, h("button", { type: "submit", class: "square-button", "aria-label": t("find"), title: t("find") }, icon(ICONS.find)), note);
  const element = h("div", { class: "toolbar" }, color.element, layout.element,
    h("label", { class: "check" }, links, h("span", {}, t("links"))), form);
  const update = () => {
    color.update();
    layout.update();
    links.checked = store.get().hasLinks;
  };
  update();
  return { element, update };
}
