// There is no build step, so nothing but this test follows the imports before a browser does.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const STATIC = join(ROOT, "static");
const IMPORT_MAP = JSON.parse(readFileSync(join(STATIC, "vendor/importmap.json"), "utf-8")).imports;
const JSDOC = /\/\*\*[\s\S]*?\*\//g;
const SPECIFIER =
  /^\s*(?:import|export)\s+(?:[\w$\s{},*]+?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

/** Every file of the web app with one of these endings, but not what others wrote. */
const files = (/** @type {string[]} */ ...endings) =>
  readdirSync(STATIC, { recursive: true, encoding: "utf-8" })
    .filter((name) => !name.startsWith("vendor") && endings.some((ending) => name.endsWith(ending)))
    .map((name) => join(STATIC, name))
    .sort();

/** The specifiers of a module; a type in a JSDoc comment is no import. */
const imports = (/** @type {string} */ file) =>
  [...readFileSync(file, "utf-8").replaceAll(JSDOC, "").matchAll(SPECIFIER)].map((match) => match[1] ?? match[2]);

/** The file that a relative or absolute specifier means. */
const target = (/** @type {string} */ specifier, /** @type {string} */ file) =>
  specifier.startsWith("/") ? join(ROOT, specifier) : resolve(dirname(file), specifier);

const isBare = (/** @type {string} */ specifier) => !/^[./]/.test(specifier);

test("the imports of a module are found", () => {
  const found = imports(fileURLToPath(import.meta.url));
  assert.deepEqual(found, ["node:assert/strict", "node:fs", "node:path", "node:test", "node:url"]);
});

test("every import by path points at a file", () => {
  for (const file of files(".js")) {
    for (const specifier of imports(file).filter((name) => !isBare(name))) {
      assert.ok(
        existsSync(target(specifier, file)),
        `${relative(ROOT, file)} imports ${specifier}, which is not there`,
      );
    }
  }
});

test("every import by name is in the import map", () => {
  for (const file of files(".js")) {
    for (const specifier of imports(file).filter(isBare)) {
      assert.ok(specifier in IMPORT_MAP, `add ${specifier} of ${relative(ROOT, file)} to .ci/vendor.py`);
    }
  }
});

test("what runs in a worker imports by path only, because import maps do not reach workers", () => {
  const seen = new Set(files(".worker.js", "sw.js"));
  for (const file of seen) {
    for (const specifier of imports(file)) {
      assert.ok(!isBare(specifier), `${relative(ROOT, file)} runs in a worker: import ${specifier} by its path`);
      seen.add(target(specifier, file));
    }
  }
});
