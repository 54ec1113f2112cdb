/** Keys of the whole page. Fields and buttons keep the keys that are theirs. */

import { COLORS } from "./toolbar.js";

const FIELDS = "input, select, textarea, summary, dialog[open] *";

/**
 * @param {import("./store.js").Store} store
 * @param {ReturnType<typeof import("./transport.js").timeActions>} time
 */
export function listenToKeys(store, time) {
  const onKey = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const isField = target.matches?.(FIELDS);
    const isButton = target.matches?.("button, a");
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && store.get().firm >= 0) return store.set({ firm: -1 });
    if (isField && !(event.key === " " && target.matches("input[type=range], input[type=radio]"))) return;
    if (isButton && (event.key === " " || event.key === "Enter")) return;
    const action = {
      " ": time.toggle, ArrowLeft: () => time.step(-1), ArrowRight: () => time.step(1), Home: time.first, End: time.last,
      "+": () => time.faster(1), "-": () => time.faster(-1),
      l: () => store.set({ layout: store.get().layout === "rings" ? "cells" : "rings" }),
      "?": () => document.getElementById("open-keys")?.click(),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const color = COLORS[Number(event.key) - 1];
    if (action) action();
    else if (color) store.set({ color });
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
