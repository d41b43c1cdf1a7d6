// What the field app may weigh: it is fetched over a shop's worst corner of Wi-Fi.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const STATIC = join(ROOT, "static");
const IMPORT_MAP = JSON.parse(readFileSync(join(STATIC, "vendor/importmap.json"), "utf-8")).imports;
const MODULES_MAX = 45;
const SHELL_MAX = 90 * 1024;
const LATER_MAX = 50 * 1024;

const sourceOf = (file) => readFileSync(file, "utf-8").replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
const place = (specifier, file) =>
  /^[./]/.test(specifier) ? resolve(dirname(file), specifier) : join(ROOT, IMPORT_MAP[specifier]);

/** The modules that a module needs before it can run, itself among them. */
function needed(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = sourceOf(file).matchAll(/^\s*(?:import|export)\s+(?:[\w$\s{},*]+?\sfrom\s+)?["']([^"']+)["']/gm);
  for (const [, specifier] of imports) needed(place(specifier, file), seen);
  return seen;
}

const weight = (files) => [...files].reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
const all = (folder) => readdirSync(join(STATIC, folder)).map((name) => join(STATIC, folder, name));

const main = join(STATIC, "app/main.js");
const page = needed(main);
// The data worker is started with the first account, so a first visit fetches its modules as well.
const worker = needed(join(STATIC, "app/data.worker.js"));
const shell = new Set([...page, ...worker]);

test("a first visit needs few enough modules to do without a bundler", () => {
  assert.ok(shell.size > 20);
  assert.ok(shell.size <= MODULES_MAX, `${shell.size} modules`);
});

test("what talks, finds and takes in a copy is not on the page's thread", () => {
  for (const name of ["exchange.js", "sync.js", "catalog.js"]) {
    assert.ok(!page.has(join(STATIC, "app", name)), `the page needs ${name}`);
    assert.ok(worker.has(join(STATIC, "app", name)));
  }
});

test("the shell is light, compressed as it travels", () => {
  const around = [join(STATIC, "index.html"), join(STATIC, "manifest.webmanifest"), ...all("css")];
  // A screen speaks one language and reads no other.
  const words = Math.max(...all("locales").map((bundle) => weight([bundle])));
  const bytes = weight(shell) + weight(around) + words;
  assert.ok(bytes <= SHELL_MAX, `${bytes} bytes`);
});

test("what is read later is lighter still", () => {
  const later = join(STATIC, "app/later.js");
  const screens = [...sourceOf(later).matchAll(/\bimport\("([^"]+)"\)/g)].map(([, specifier]) =>
    place(specifier, later),
  );
  assert.ok(screens.length > 2);
  // The list is read while the storage is opened, before any other screen.
  const list = join(STATIC, "app/screens/customers.js");
  const there = new Set([...shell, ...needed(list)]);
  for (const screen of screens) {
    const bytes = weight([...needed(screen)].filter((file) => !(screen === list ? shell : there).has(file)));
    assert.ok(bytes <= LATER_MAX, `${screen} weighs ${bytes} bytes`);
  }
});
