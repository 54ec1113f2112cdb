/** Playback: a clock that moves the position, and the bar with which a reader steers it. */

import { h, icon, ICONS } from "./dom.js";
import { date, number, t } from "./texts.js";

export const SPEEDS = [0.5, 1, 2, 4, 8];

/**
 * Move the position while playing. The end of a run stops the clock.
 * @param {import("./store.js").Store} store
 * @param {import("../model/story.js").Story} story
 */
export function createClock(store, story) {
  let last = 0, frame = 0;
  const tick = (now) => {
    frame = 0;
    const { isPlaying, position, speed } = store.get();
    if (!isPlaying) return;
    const passed = Math.min(0.5, (now - last) / 1000);
    last = now;
    const end = story.months - 1e-6;
    const next = Math.min(end, position + passed * speed);
    frame = requestAnimationFrame(tick);
    store.set(next >= end ? { position: end, isPlaying: false } : { position: next });
  };
  const start = () => {
    if (!store.get().isPlaying || frame) return;
    last = performance.now();
    frame = requestAnimationFrame(tick);
  };
  const stop = store.listen((_, __, changed) => changed.includes("isPlaying") && start());
  start();
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}

export function monthOf(story, position) {
  return Math.min(story.months - 1, Math.max(0, Math.floor(position)));
}

/** What the reader can do with time, for buttons and keys alike. */
export function timeActions(store, story) {
  const go = (month) => store.set({ position: Math.min(story.months - 1, Math.max(0, month)), isPlaying: false });
  return {
    go,
    toggle() {
      const { isPlaying, position } = store.get();
      if (!isPlaying && monthOf(story, position) >= story.months - 1) store.set({ position: 0 });
      store.set({ isPlaying: !isPlaying });
    },
    step: (by) => go(monthOf(story, store.get().position) + by),
    first: () => go(0),
    last: () => go(story.months - 1),
    faster(by) {
      const at = SPEEDS.indexOf(store.get().speed);
      store.set({ speed: SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + by))] });
    },
  };
}

/**
 * @param {import("./store.js").Store} store
 * @param {import("../model/story.js").Story} story
 * @param {ReturnType<typeof timeActions>} time
 */
export function transport(store, story, time) {
  const play = h("button", { id: "play", class: "play", type: "button", onclick: time.toggle });
  const back = h("button", { id: "back", type: "button", "aria-label": t("step.back"), title: t("step.back"), onclick: () => time.step(-1) }, icon(ICONS.back));
  const on = h("button", { id: "forward", type: "button", "aria-label": t("step.forward"), title: t("step.forward"), onclick: () => time.step(1) }, icon(ICONS.forward));
  const scrub = h("input", {
    id: "scrub", type: "range", min: 0, max: story.months - 1, step: 1, "aria-label": t("scrub"),
    oninput: (event) => time.go(Number(event.target.value)),
  });
  const month = h("output", { class: "month", id: "month", for: "scrub" });
  const count = h("span", { class: "count" });
  const speed = h("select", { id: "speed", "aria-label": t("speed"), onchange: (event) => store.set({ speed: Number(event.target.value) }) },
    SPEEDS.map((value) => h("option", { value }, `${number(value, value < 1 ? 1 : 0)}×`)));
  const element = h("div", { class: "transport", role: "group", "aria-label": t("scrub"), id: "transport" },
    h("div", { class: "buttons" }, back, play, on), h("div", { class: "when" }, month, count),
    h("div", { class: "track" }, marks(story), scrub), speed);
  const update = () => {
    const { position, isPlaying } = store.get(), now = monthOf(story, position);
    month.textContent = date(story, now);
    count.textContent = t("month.number", { month: now, last: story.months - 1 });
    scrub.value = String(now);
    scrub.setAttribute("aria-valuetext", date(story, now));
    scrub.style.setProperty("--part", `${(100 * now) / Math.max(story.months - 1, 1)}%`);
    play.replaceChildren(icon(isPlaying ? ICONS.pause : ICONS.play));
    play.setAttribute("aria-label", t(isPlaying ? "pause" : "play"));
    play.title = t(isPlaying ? "pause" : "play");
    speed.value = String(store.get().speed);
  };
  update();
  return { element, update };
}

/** Survey and first month of the policies on the track. */
function marks(story) {
  const part = (month) => month / Math.max(story.months - 1, 1);
  const mark = (month, text, isAfter) => {
    const element = h("span", { class: isAfter ? "mark after" : "mark" }, h("span", {}, text));
    element.style.left = `${100 * part(month)}%`;
    return element;
  };
  const isWithin = (month) => month > 0 && month < story.months;
  const survey = story.surveyMonth, policy = story.policyWindow()?.[0] ?? -1, found = [];
  // The text of the policies stands after their mark where there is room, that of the survey before its own.
  const isCrowded = part(policy) > 0.68;
  if (isWithin(survey)) found.push(mark(survey, isWithin(policy) && isCrowded ? "" : t("month.survey"), part(survey) < 0.15));
  if (isWithin(policy)) found.push(mark(policy, t("month.policy", { date: date(story, policy, "short") }), !isCrowded));
  return h("div", { class: "marks", "aria-hidden": "true" }, found);
}
