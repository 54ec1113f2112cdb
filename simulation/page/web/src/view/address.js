/** Choices in the address of the page, after #, so that a link leads to what one sees. */

const NAMES = { month: "m", color: "c", layout: "a", language: "lang", theme: "theme", firm: "firm" };
const ALLOWED = { color: ["use", "adoption", "defects", "late"], layout: ["rings", "cells"], language: ["en", "ko"], theme: ["auto", "light", "dark"] };

/** Choices that an address names and that exist. @param {import("../model/story.js").Story} story */
export function fromAddress(story, hash = location.hash) {
  const given = new URLSearchParams(hash.slice(1)), found = {};
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    const value = given.get(NAMES[name]);
    if (allowed.includes(value)) found[name] = value;
  }
  const month = Number(given.get(NAMES.month));
  if (given.has(NAMES.month) && Number.isInteger(month) && month >= 0 && month < story.months) found.position = month;
  if (given.has(NAMES.firm)) found.firm = story.world.find(given.get(NAMES.firm) ?? "");
  return found;
}

/** Write the choices into the address, where the browser allows that. */
export function toAddress(story, choices) {
  const { position, color, layout, language, theme, firm } = choices;
  const told = new URLSearchParams({ [NAMES.month]: String(Math.floor(position)), [NAMES.color]: color, [NAMES.layout]: layout, [NAMES.language]: language, [NAMES.theme]: theme });
  if (firm >= 0) told.set(NAMES.firm, story.world.name(firm));
  try {
    history.replaceState(null, "", `#${told}`);
  } catch {
    // A browser that keeps files from changing their address loses nothing else.
  }
}
