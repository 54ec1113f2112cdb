/** Settings of a live model in the address, before #, so that a link restores them. */

const KEYS = ["lesson", "seed", "policies"];

/**
 * @typedef {object} Settings
 * @property {string} lesson
 * @property {number} seed
 * @property {string[]} policies
 * @property {Record<string, number | string | boolean>} values what was moved, by dotted path
 */

/** Settings that the address names; the server judges them. @returns {Settings} */
export function readAddress(steer, search = location.search) {
  const given = new URLSearchParams(search);
  const seed = given.has("seed") ? Number(given.get("seed")) : steer.seed;
  const values = {};
  for (const [path, text] of given) if (!KEYS.includes(path)) values[path] = valueOf(text);
  return { lesson: steer.lesson, seed, policies: (given.get("policies") ?? "").split(",").filter(Boolean), values };
}

function valueOf(text) {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** @param {Settings} settings */
export function writeAddress({ lesson, seed, policies, values }, steer) {
  const told = new URLSearchParams();
  if (lesson) told.set("lesson", lesson);
  if (seed !== steer.seed) told.set("seed", String(seed));
  if (policies.length) told.set("policies", policies.join(","));
  for (const [path, value] of Object.entries(values)) told.set(path, String(value));
  const search = String(told).replaceAll("%2C", ",");
  history.replaceState(null, "", `${location.pathname}${search && `?${search}`}${location.hash}`);
}

/** Address of another lesson, in the language and theme of this one. */
export function addressOf(lesson) {
  const hash = new URLSearchParams(location.hash.slice(1)), kept = new URLSearchParams();
  for (const name of ["lang", "theme"]) if (hash.has(name)) kept.set(name, hash.get(name) ?? "");
  return `${location.pathname}?lesson=${encodeURIComponent(lesson)}#${kept}`;
}
