/**
 * Where the page's runs come from. The views know a source by this interface alone: recorded runs stand in the page
 * itself (`recorded.js`); a live server can be another source with the same methods.
 *
 * @typedef {object} Source
 * @property {"recorded" | "live"} kind
 * @property {() => Promise<import("../model/story.js").Story>} open
 *   Give the world and the runs in it, as far as they have been lived.
 * @property {(listener: () => void) => void} onChange
 *   Call the listener when months were added to the story's runs, or the story has other runs than before.
 * @property {((place: HTMLElement) => void) | null} controls
 *   Put what steers the source (sliders of a live model) into a panel of the page; null where nothing can be steered.
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
