/** Start the page: find where its runs come from, and show them. */

import "uplot/dist/uPlot.min.css";
import "../styles/page.css";

import { bytesOf } from "./source/block.js";
import { liveSource } from "./source/live.js";
import { recordedSource } from "./source/recorded.js";
import { SourceError } from "./source/source.js";
import { fromAddress } from "./view/address.js";
import { show } from "./view/app.js";
import { h } from "./view/dom.js";
import { createStore } from "./view/store.js";
import { LANGUAGES, setLanguage, t } from "./view/texts.js";

/** Language of the reader where the page speaks it. */
function preferred() {
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

/** @param {import("./source/source.js").Source} source */
export async function start(source) {
  const root = document.getElementById("app");
  const initial = {
    position: 0, isPlaying: false, speed: 1, color: "use", layout: "rings", hasLinks: true, firm: -1,
    language: preferred(), theme: "auto",
  };
  setLanguage(initial.language);
  root.replaceChildren(h("p", { class: "loading", role: "status" }, t(source.kind === "live" ? "app.loading_live" : "app.loading")));
  try {
    let story = await source.open();
    initial.position = Math.min(story.surveyMonth, story.months - 1);
    const store = createStore({ ...initial, ...fromAddress(story) });
    const licences = new TextDecoder().decode(bytesOf(document.getElementById("licences")?.textContent ?? ""));
    const controls = source.controls ? h("aside", { class: "controls", id: "controls" }) : null;
    let end = show(root, story, store, { source, controls, licences });
    source.onChange((next) => {
      const { position, firm } = store.get();
      const focused = document.activeElement?.id, place = scrollY, at = controls?.scrollTop ?? 0;
      end();
      story = next;
      store.set({ position: Math.min(position, next.months - 1), firm: firm < next.world.count ? firm : -1 });
      end = show(root, story, store, { source, controls, licences });
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
      if (controls) controls.scrollTop = at;
      scrollTo(0, place);
    });
    addEventListener("hashchange", () => store.set(fromAddress(story)));
    document.documentElement.dataset.ready = "true";
  } catch (error) {
    const told = error instanceof SourceError ? t(error.key, error.values) : t("error.broken", { reason: String(error?.message ?? error) });
    root.replaceChildren(h("p", { class: "loading", role: "alert" }, told));
    if (!(error instanceof SourceError)) throw error;
  }
}

const recording = document.getElementById("recording");
if (recording) start(recordedSource(recording));
const live = document.getElementById("live");
if (live) start(liveSource(live));
