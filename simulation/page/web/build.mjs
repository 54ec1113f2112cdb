/** Build the page: one script, one style, the licences of all that was bundled, and a stamp of the sources. */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "built");

const result = await build({
  absWorkingDir: here,
  entryPoints: { page: "src/main.js" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome103", "firefox113", "safari16.4"],
  legalComments: "none",
  metafile: true,
  write: false,
  charset: "utf8",
});

/** Files below a folder, as paths from it. */
function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** As `simulation/page/bundle.py` reckons it: names and contents in the order of the names. */
function sourcesDigest() {
  const total = createHash("sha256");
  const names = readdirSync(here).filter((name) => name !== "node_modules").flatMap((name) => {
    const path = join(here, name);
    return readdirSyncSafe(path) ? files(path) : [path];
  }).map((path) => relative(here, path).split(sep).join("/"));
  for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
    const content = Buffer.from(readFileSync(join(here, name), "latin1").replaceAll("\r\n", "\n"), "latin1");
    total.update(`${name}\n${content.length}\n`);
    total.update(content);
  }
  return total.digest("hex");
}

function readdirSyncSafe(path) {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}

/** Name, version and licence text of every package of which a file was bundled. */
function licences() {
  const names = new Set();
  for (const [input, { bytes }] of Object.entries(result.metafile.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found && bytes > 0) names.add(found[1]);
  }
  return [...names].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} comes without the text of its licence`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  }).join(`\n${"-".repeat(78)}\n\n`);
}

const parts = {
  "page.js": result.outputFiles.find((file) => file.path.endsWith(".js")).text.trimEnd() + "\n",
  "page.css": result.outputFiles.find((file) => file.path.endsWith(".css")).text.trimEnd() + "\n",
  "licences.txt": licences(),
};
mkdirSync(out, { recursive: true });
const digests = {};
for (const [name, text] of Object.entries(parts)) {
  if (name !== "licences.txt" && /<\/script|<!--|<\/style/i.test(text)) throw new Error(`${name} would end its element`);
  writeFileSync(join(out, name), text);
  digests[name] = createHash("sha256").update(text).digest("hex");
  console.log(`${name}: ${(text.length / 1000).toFixed(0)} kB`);
}
writeFileSync(join(out, "build.json"), `${JSON.stringify({ sources: sourcesDigest(), parts: digests }, null, 2)}\n`);
