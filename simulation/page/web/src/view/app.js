/** The page: panels, charts and controls around one store of choices. It is built anew for a language or a theme. */

import { Chart } from "../charts/chart.js";
import { chartsOf } from "../charts/specs.js";
import { toAddress } from "./address.js";
import { card } from "./card.js";
import { aboutDialog, keysDialog } from "./dialogs.js";
import { h, perFrame } from "./dom.js";
import { listenToKeys } from "./keys.js";
import { legend } from "./legend.js";
import { THEMES } from "./palette.js";
import { panel } from "./panel.js";
import { CATALOGUES, date, LANGUAGES, named, number, setLanguage, t } from "./texts.js";
import { toolbar } from "./toolbar.js";
import { createClock, monthOf, timeActions, transport } from "./transport.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

function themeOf(choice) {
  return THEMES[choice === "auto" ? (dark.matches ? "dark" : "light") : choice];
}

/**
 * Show a story until it is replaced; returns what ends it.
 * @param {HTMLElement} root
 * @param {import("../model/story.js").Story} story
 * @param {import("./store.js").Store} store
 * @param {{source: import("../source/source.js").Source, controls: HTMLElement | null, licences: string}} parts
 */
export function show(root, story, store, parts) {
  const time = timeActions(store, story);
  const endClock = createClock(store, story), endKeys = listenToKeys(store, time);
  let view = build(root, story, store, parts, time);
  const rebuild = () => {
    const focused = document.activeElement?.id, place = scrollY, at = parts.controls?.scrollTop ?? 0;
    view.kill();
    view = build(root, story, store, parts, time);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if (parts.controls) parts.controls.scrollTop = at;
    scrollTo(0, place);
  };
  const onScheme = () => store.get().theme === "auto" && rebuild();
  dark.addEventListener("change", onScheme);
  let saving = 0;
  const end = store.listen((now, before, changed) => {
    if (changed.includes("language") || changed.includes("theme")) rebuild();
    else view.update(now, before, changed);
    clearTimeout(saving);
    saving = setTimeout(() => toAddress(story, store.get()), 400);
  });
  return () => {
    end();
    endClock();
    endKeys();
    clearTimeout(saving);
    dark.removeEventListener("change", onScheme);
    view.kill();
  };
}

function build(root, story, store, { source, controls, licences }, time) {
  const { language, theme: themeChoice } = store.get();
  setLanguage(language);
  const theme = themeOf(themeChoice);
  document.documentElement.dataset.theme = theme.name;
  const month = () => monthOf(story, store.get().position);

  const status = h("p", { class: "visually-hidden", role: "status", id: "status" });
  const say = (text) => (status.textContent = text);
  const choose = (firm, isSaid = false) => {
    store.set({ firm });
    if (firm >= 0 && isSaid) say(spoken(story, firm));
  };
  let isMoving = false;
  const moved = (network) => {
    if (isMoving) return;
    isMoving = true;
    for (const other of panels) if (other.network && other.network !== network) other.network.sigma.getCamera().setState(network.sigma.getCamera().getState());
    isMoving = false;
  };
  const actions = { choose, moved, month, firm: () => store.get().firm };
  const panels = story.runs.map((run) => panel(run, theme, actions));
  const charts = chartsOf(story).map((spec) => new Chart(story, spec, theme, time.go));
  const bar = transport(store, story, time), tools = toolbar(store, story, say);
  const legendPlace = h("div", { class: "legend-place" });
  const cardPlace = h("div", { class: "card-place", id: "firm" });
  const keysBox = keysDialog(), aboutBox = aboutDialog(story, licences);

  root.replaceChildren(
    h("a", { class: "skip", href: "#transport", onclick: (event) => {
      event.preventDefault();
      document.getElementById("play")?.focus();
    } }, t("app.skip")),
    h("header", { class: "top" },
      h("div", { class: "brand" }, h("h1", {}, t("app.title")), h("p", {}, t(source.kind === "live" ? "app.tagline_live" : "app.tagline", { seed: story.seed }))),
      h("nav", { class: "settings", "aria-label": t("about") },
        h("select", { id: "language", "aria-label": t("language.choose"), onchange: (event) => store.set({ language: event.target.value }) },
          LANGUAGES.map((one) => h("option", { value: one, lang: one, selected: one === language }, CATALOGUES[one].language))),
        h("select", { id: "theme", "aria-label": t("theme"), onchange: (event) => store.set({ theme: event.target.value }) },
          ["auto", "light", "dark"].map((one) => h("option", { value: one, selected: one === themeChoice }, t(`theme.${one}`)))),
        h("button", { type: "button", id: "open-keys", class: "wide-only", onclick: () => keysBox.showModal() }, t("help")),
        h("button", { type: "button", id: "open-about", onclick: () => aboutBox.showModal() }, t("about")))),
    h("main", { class: controls ? "with-controls" : "", "data-runs": story.runs.length },
      controls,
      h("div", { class: "pictures" }, tools.element, legendPlace,
        h("p", { id: "stage-hint", class: "visually-hidden" }, t("network.description")),
        h("div", { class: "panels", "data-count": story.runs.length }, panels.map((one) => one.element))),
      h("div", { class: "side" }, cardPlace,
        h("section", { class: "charts", "aria-label": t("charts") }, charts.map((chart) => chart.element)))),
    h("footer", {}, bar.element), status, keysBox, aboutBox);
  if (controls && controls.dataset.language !== language) {
    controls.replaceChildren();
    controls.dataset.language = language;
    source.controls(controls, language);
  }
  for (const element of root.querySelectorAll("[data-run]")) {
    element.style.setProperty("--run", theme.runs[Number(element.dataset.run) % theme.runs.length]);
  }

  for (const one of panels) one.mount();
  for (const chart of charts) chart.mount();
  const resizing = new ResizeObserver(perFrame(() => {
    for (const chart of charts) chart.resize();
    follow();
  }));
  for (const chart of charts) resizing.observe(chart.plot);

  function follow() {
    const { position } = store.get();
    for (const chart of charts) chart.follow(position);
  }

  function showCard() {
    const { firm } = store.get();
    cardPlace.classList.toggle("is-open", firm >= 0);
    const focused = cardPlace.contains(document.activeElement) ? document.activeElement.id : null;
    const scroll = cardPlace.scrollTop;
    cardPlace.replaceChildren(firm >= 0 ? card(story, firm, month(), choose) : h("p", { class: "hint" }, t("firm.choose")));
    for (const element of cardPlace.querySelectorAll("[data-run]")) element.style.setProperty("--run", theme.runs[Number(element.dataset.run) % theme.runs.length]);
    cardPlace.scrollTop = scroll;
    if (focused !== null) (document.getElementById(focused) ?? document.getElementById("card-title"))?.focus({ preventScroll: true });
  }

  function showMonth(isNext) {
    const { color, firm, isPlaying } = store.get(), now = month();
    for (const one of panels) {
      one.network?.show(color, now, isNext, firm);
      one.tell(now);
    }
    for (const chart of charts) {
      chart.show(now);
      if (!isPlaying) chart.tell(now);
    }
    for (const element of root.querySelectorAll(".values [data-run]")) element.style.setProperty("--run", theme.runs[Number(element.dataset.run) % theme.runs.length]);
    bar.update();
  }

  function frame() {
    const { position, isPlaying } = store.get();
    for (const one of panels) one.network?.frame(position - Math.floor(position), isPlaying, still.matches);
    follow();
  }

  function showLegend() {
    legendPlace.replaceChildren(legend(store.get().color, theme, story));
  }

  const view = {
    update(now, before, changed) {
      const [at, was] = [now, before].map(({ position }) => monthOf(story, position));
      if (changed.includes("layout")) {
        for (const one of panels) {
          one.network?.setLayout(now.layout);
          one.names(now.layout);
        }
      }
      if (changed.includes("hasLinks")) for (const one of panels) one.network?.setLinks(now.hasLinks);
      if (changed.includes("color")) showLegend();
      if (at !== was || changed.includes("color") || changed.includes("firm") || changed.includes("layout")) {
        showMonth(now.isPlaying && at === was + 1 && !changed.includes("color"));
        if (at !== was && !now.isPlaying) say(date(story, at));
      }
      if (changed.includes("firm") || (at !== was && now.firm >= 0)) showCard();
      if (changed.includes("isPlaying")) {
        bar.update();
        if (!now.isPlaying) for (const chart of charts) chart.tell(at);
      }
      if (changed.includes("speed")) bar.update();
      tools.update();
      if (changed.includes("position") || changed.includes("isPlaying")) frame();
    },
    kill() {
      resizing.disconnect();
      for (const one of panels) one.kill();
      for (const chart of charts) chart.kill();
      root.replaceChildren();
    },
  };

  const choices = store.get();
  for (const one of panels) {
    one.network?.setLinks(choices.hasLinks);
    one.network?.setLayout(choices.layout);
    one.names(choices.layout);
  }
  showLegend();
  showMonth(false);
  showCard();
  frame();
  return view;
}

function spoken(story, firm) {
  const member = story.world.member(firm);
  return t("live.firm", {
    name: story.world.name(firm), size: named(member.size), sector: named(member.sector), region: named(member.region),
    workers: number(Math.round(story.world.workers[firm])),
  });
}
