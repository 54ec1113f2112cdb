/**
 * Where the page's runs come from. The views know a source by this interface alone: recorded runs stand in the page
 * itself (`recorded.js`); a live server can be another source with the same methods.
 *
 * @typedef {object} Source
 * @property {"recorded" | "live"} kind
 * @property {() => Promise<import("../model/story.js").Story>} open
 *   Give the world and the runs in it, as far as they have been lived.
 * @property {(listener: (story: import("../model/story.js").Story) => void) => void} onChange
 *   Call the listener with a new story whenever there is one: other runs, or more months of them. What the reader has
 *   chosen (month, colours, firm) stays.
 * @property {((place: HTMLElement, language: "en" | "ko") => void) | null} controls
 *   Put what steers the source (sliders of a live model) into an empty panel of the page, once and again when the
 *   reader changes the language; null where nothing can be steered. The panel outlives stories.
 */

/** A source failed in a way that the reader can do something about. `key` names a text of the catalogue. */
export class SourceError extends Error {
  /** @param {string} key @param {Record<string, string | number>} [values] */
  constructor(key, values = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}
