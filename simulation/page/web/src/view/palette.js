/**
 * Colours. Scales grow in one direction of lightness, so they can be read without seeing hues and in grey print; kinds
 * are told apart by Okabe and Ito's colours (2008) and by shape. The low end always lies near the background.
 */

const CIVIDIS = ["#1c3a6e", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"];
const MAKO = ["#dfe9ec", "#b5dbd8", "#7fc5c5", "#4fa9b7", "#3a8aa9", "#33699a", "#2f4a85", "#27305f", "#171a35"];
const WARM_LIGHT = ["#e9e6df", "#f3d9a4", "#f2bb6a", "#e3923f", "#c4662a", "#963f20", "#5f2116"];
const WARM_DARK = ["#2c3346", "#5b4a4c", "#8f6248", "#c37f45", "#eaa650", "#f8cf78", "#fff2c0"];
const PLUM_LIGHT = ["#e6e6ec", "#d3c9e2", "#b9a2d4", "#9a78c0", "#7a4ea8", "#582a86", "#340b5c"];
const PLUM_DARK = ["#2c3346", "#4d4470", "#70549a", "#9a69bf", "#c586dc", "#e6b0f0", "#fbe3ff"];

export const THEMES = {
  light: {
    name: "light", background: "#ffffff", text: "#14202b", muted: "#52606d", grid: "#e4e8ec", veil: "rgba(255,255,255,.72)",
    outline: "#7d8d9b", tie: [0.32, 0.42, 0.53], tieAlpha: 0.12, ink: "#0d1822", halo: "#ffffff",
    lateOwn: "#e69f00", lateInherited: "#d4380d", way: "#d4380d",
    use: MAKO, late: WARM_LIGHT, defects: PLUM_LIGHT,
    reasons: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#1d2733"], without: "#d3dae0",
    runs: ["#0b62a8", "#c2410c", "#00795a", "#8a3f79", "#7a5c00", "#3b4550"],
  },
  dark: {
    name: "dark", background: "#0f1621", text: "#eaf0f6", muted: "#a9b6c4", grid: "#263242", veil: "rgba(19,28,41,.74)",
    outline: "#8ea2b8", tie: [0.62, 0.74, 0.88], tieAlpha: 0.09, ink: "#ffffff", halo: "#0f1621",
    lateOwn: "#f0b429", lateInherited: "#ff7b54", way: "#ff7b54",
    use: CIVIDIS, late: WARM_DARK, defects: PLUM_DARK,
    reasons: ["#4aa8e8", "#f0b429", "#2ec79b", "#e29cc7", "#ff7b54", "#ffffff"], without: "#33415a",
    runs: ["#5cb3ff", "#ffa45c", "#3fd6a8", "#e2a0d4", "#e3c75a", "#c3ced9"],
  },
};

/** Red, green, blue from 0 to 255. @param {string} color */
export function rgb(color) {
  const number = parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** 256 colours of a scale, between its stops. @param {string[]} stops @returns {Uint8Array} */
export function ramp(stops) {
  const table = new Uint8Array(256 * 4);
  const colors = stops.map(rgb);
  for (let step = 0; step < 256; step++) {
    const place = (step / 255) * (colors.length - 1);
    const first = Math.min(Math.floor(place), colors.length - 2), part = place - first;
    for (let c = 0; c < 3; c++) table[4 * step + c] = Math.round(colors[first][c] * (1 - part) + colors[first + 1][c] * part);
    table[4 * step + 3] = 255;
  }
  return table;
}

/** Steps of the scale at which categories stand: reasons first, then firms that have not adopted. */
export const WITHOUT = 255;

/** 256 colours of which only a few are used: categories. */
export function categories(theme) {
  const table = new Uint8Array(256 * 4).fill(255);
  theme.reasons.forEach((color, at) => table.set(rgb(color), 4 * at));
  table.set(rgb(theme.without), 4 * WITHOUT);
  return table;
}
