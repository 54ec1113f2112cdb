/** Runs that the page's own server computes: settings go there, a block of data comes back. */

import { Story } from "../model/story.js";
import { panelOf } from "../view/controls.js";
import { inLanguage, t } from "../view/texts.js";
import { bytesOf, unpacked } from "./block.js";
import { readAddress, writeAddress } from "./settings.js";
import { SourceError } from "./source.js";

/** The server refused what was asked for; its sentence, in each language, says why. */
export class Refusal extends Error {
  constructor(told) {
    super(told.en);
    this.told = told;
  }
}

/**
 * @param {HTMLElement} element that holds the name of the lesson to open
 * @returns {import("./source.js").Source}
 */
export function liveSource(element) {
  const first = new TextDecoder().decode(bytesOf(element.textContent ?? ""));
  let steer = null, settings = null, panel = null, tell = () => {}, refused = null;
  let asking = null, waiting = 0;

  const body = () => JSON.stringify(settings);

  async function lived(signal) {
    const { header, arrays } = await unpacked(new Uint8Array(await (await ask("/api/runs", body(), signal)).arrayBuffer()));
    const story = new Story(header, arrays);
    for (const run of story.runs) run.titles = steer.texts?.labels[run.name] ?? null;
    return story;
  }

  /** Ask for the runs of the settings as they are; an answer that is no longer wanted is dropped. */
  async function renew() {
    asking?.abort();
    const mine = (asking = new AbortController());
    panel?.say(t("live.computing"), true);
    try {
      const story = await lived(mine.signal);
      if (mine !== asking) return;
      writeAddress(settings, steer);
      refused = null;
      panel?.say("");
      tell(story);
    } catch (error) {
      if (mine !== asking) return;
      if (error instanceof Refusal) refused = error;
      panel?.say(sentenceOf(error));
    }
  }

  return {
    kind: "live",
    async open() {
      const lesson = new URLSearchParams(location.search).get("lesson") ?? first;
      try {
        steer = await (await ask(`/api/start?lesson=${encodeURIComponent(lesson)}`)).json();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused = error;
        steer = await (await ask("/api/start")).json();
      }
      settings = readAddress(steer);
      try {
        return await lived();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused = error; // an address that was changed by hand: begin where the lesson begins
        settings = { lesson: steer.lesson, seed: steer.seed, policies: [], values: {} };
        return await lived();
      }
    },
    onChange(listener) {
      tell = listener;
    },
    controls(place, language) {
      panel = panelOf(place, language, steer, settings, {
        change(changes, isSoon = false) {
          settings = { ...settings, ...changes };
          clearTimeout(waiting);
          waiting = setTimeout(renew, isSoon ? 300 : 0);
          return settings;
        },
        async download(kind, name) {
          try {
            save(await (await ask(`/api/${kind}`, body())).blob(), name);
          } catch (error) {
            panel.say(sentenceOf(error));
          }
        },
      });
      if (refused) panel.say(sentenceOf(refused));
    },
  };
}

/** Ask the server; a refusal is an error with its sentence. */
async function ask(path, body, signal) {
  const options = body === undefined ? { signal } : { method: "POST", body, signal, headers: { "content-type": "application/json" } };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new SourceError("live.gone");
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Refusal(told.error ?? { en: answer.statusText, ko: answer.statusText });
}

function sentenceOf(error) {
  return error instanceof SourceError ? t(error.key, error.values) : t("live.refused", { reason: inLanguage(error.told) ?? error.message });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
