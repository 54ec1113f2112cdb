/** The text of a lesson: what it is about, what to do, a question, and an answer that one asks for. */

import { h } from "./dom.js";
import { t } from "./texts.js";

/** @param {any} texts of the server, each in both languages @param {"en" | "ko"} language */
export function lessonText(texts, language) {
  const answer = h("div", { class: "answer", id: "answer", hidden: true, tabindex: -1 }, paragraphs(texts.answer[language]));
  const marks = new Map();
  const choices = Object.entries(texts.choices).map(([name, text]) => {
    const label = h("label", { class: "check" }, h("input", { type: "radio", name: "choice", id: `choice-${name}`, value: name }), h("span", {}, marked(text[language])));
    marks.set(name, label);
    return label;
  });
  const reveal = h("button", { type: "button", id: "reveal", "aria-expanded": "false", "aria-controls": "answer", onclick: () => {
    answer.hidden = !answer.hidden;
    reveal.setAttribute("aria-expanded", String(!answer.hidden));
    reveal.textContent = t(answer.hidden ? "live.reveal" : "live.hide");
    const right = marks.get(texts.right);
    right?.classList.toggle("is-right", !answer.hidden);
    if (!answer.hidden) answer.focus({ preventScroll: true });
  } }, t("live.reveal"));
  return h("div", { class: "lesson" },
    h("h2", {}, texts.title[language]), paragraphs(texts.text[language]),
    h("h3", {}, t("live.task")), paragraphs(texts.task[language]),
    h("h3", {}, t("live.question")), paragraphs(texts.question[language]),
    choices.length > 0 && h("fieldset", { class: "choices", "aria-label": t("live.question") }, choices),
    reveal, answer);
}

/** Paragraphs and lists of a text, without HTML: words in stars and backquotes are marked. */
export function paragraphs(text) {
  return text.trim().split(/\n\s*\n/).filter(Boolean).map((part) => {
    const lines = part.split("\n");
    if (!lines[0].startsWith("- ")) return h("p", {}, marked(part.replaceAll("\n", " ")));
    const items = part.split(/^- /m).filter((item) => item.trim());
    return h("ul", {}, items.map((item) => h("li", {}, marked(item.replaceAll("\n", " ").trim()))));
  });
}

const TAGS = { "**": "strong", "*": "em", "`": "code" };

function marked(text) {
  return text.split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)/).filter(Boolean).map((part) => {
    const sign = Object.keys(TAGS).find((one) => part.length > 2 * one.length && part.startsWith(one) && part.endsWith(one));
    return sign ? h(TAGS[sign], {}, part.slice(sign.length, -sign.length)) : part;
  });
}
