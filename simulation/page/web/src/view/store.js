/** What the reader has chosen, in one place; views listen to changes. */

/**
 * @typedef {object} Choices
 * @property {number} position month with its fraction
 * @property {boolean} isPlaying
 * @property {number} speed months a second
 * @property {"use" | "adoption" | "defects" | "late"} color
 * @property {"rings" | "cells"} layout
 * @property {boolean} hasLinks
 * @property {number} firm selected, -1 for none
 * @property {"en" | "ko"} language
 * @property {"auto" | "light" | "dark"} theme
 */

/** @param {Choices} initial */
export function createStore(initial) {
  let now = { ...initial };
  const listeners = new Set();
  return {
    get: () => now,
    /** @param {Partial<Choices>} changes */
    set(changes) {
      const before = now;
      const changed = Object.keys(changes).filter((name) => before[name] !== changes[name]);
      if (!changed.length) return;
      now = { ...before, ...changes };
      for (const listener of [...listeners]) listener(now, before, changed);
    },
    /** Call a listener after each change; returns what ends that. */
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */
