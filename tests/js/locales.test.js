// Every text the field app asks for exists in every language, nothing is left over, and all name the same values.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { LANGUAGES as ALL, label, language, match, speak, t } from "../../static/app/i18n.js";

const STATIC = fileURLToPath(new URL("../../static/", import.meta.url));
const LANGUAGES = ALL.map(({ value }) => value);
const bundle = (folder, name) => JSON.parse(readFileSync(join(STATIC, folder, `${name}.json`), "utf-8"));
const bundles = Object.fromEntries(
  LANGUAGES.map((name) => [name, { ...bundle("locales", name), ...bundle("locales_later", name) }]),
);

const sources = readdirSync(join(STATIC, "app"), { recursive: true, encoding: "utf-8" })
  .filter((name) => name.endsWith(".js"))
  .map((name) => readFileSync(join(STATIC, "app", name), "utf-8"))
  .join("\n");

/** Keys written out, and the beginnings of keys that are put together while running. */
const written = new Set([...sources.matchAll(/"([a-z][\w-]*(?:\.[\w.-]+)*)"/g)].map((match) => match[1]));
const beginnings = [...sources.matchAll(/\bt\(\s*`([\w.-]+\.)\$\{/g)].map((match) => match[1]);
const asked = [...sources.matchAll(/\bt\(\s*"([^"]+)"/g)].map((match) => match[1]);
const endings = [...sources.matchAll(/\bt\(\s*`[\w.-]+\.\$\{[^}]*\}(\.[\w.]+)`/g)].map((match) => match[1]);

const textsOf = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry));
const valuesOf = (text) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

test("every key that is asked for is there", () => {
  assert.ok(asked.length > 100);
  for (const language of LANGUAGES) {
    assert.deepEqual(
      asked.filter((key) => !(key in bundles[language])),
      [],
      language,
    );
  }
});

test("what is read first asks for no word that comes later, and no word comes twice", () => {
  const later = new Set(Object.keys(bundle("locales_later", "en")));
  assert.ok(later.size > 20);
  assert.deepEqual(
    Object.keys(bundle("locales", "en")).filter((key) => later.has(key)),
    [],
  );
  for (const name of readdirSync(join(STATIC, "app"), { recursive: true, encoding: "utf-8" })) {
    if (!name.endsWith(".js")) continue;
    const source = readFileSync(join(STATIC, "app", name), "utf-8");
    const words = [...source.matchAll(/\bt\(\s*"([^"]+)"/g)].map((match) => match[1]).filter((key) => later.has(key));
    assert.ok(words.length === 0 || source.includes('import "../later_words.js"'), `${name} asks for ${words}`);
  }
});

test("every finding of the rules has its sentence", () => {
  const rules = readFileSync(join(STATIC, "app/forms/rules.js"), "utf-8");
  const codes = [...rules.matchAll(/code: "(\w+)"/g)].map((match) => `rule.${match[1]}`);
  assert.ok(codes.length > 10);
  assert.deepEqual(
    codes.filter((key) => !(key in bundles.en)),
    [],
  );
});

test("every stage, link, role and form state has its words", () => {
  const keys = [
    ...["saved", "at_gateway", "taken", "accepted", "needs_you", "conflict"].map((stage) => `stage.${stage}`),
    ...["unknown", "online", "offline", "captive", "busy", "signed_out", "refused", "update"].flatMap((link) => [
      `link.${link}.title`,
      `link.${link}.text`,
    ]),
    ...["rep", "clerk", "manager", "finance", "admin", "auditor"].map((role) => `role.${role}`),
    ...["gone", "elsewhere", "no_form"].flatMap((state) => [`entry.${state}.title`, `entry.${state}.text`]),
    ...["blocked", "outdated", "lost"].flatMap((kind) => [`trouble.${kind}.title`, `trouble.${kind}.text`]),
  ];
  assert.deepEqual(
    keys.filter((key) => !(key in bundles.en)),
    [],
  );
});

test("no text is left over", () => {
  const isUsed = (key) =>
    written.has(key) || beginnings.some((start) => key.startsWith(start)) || endings.some((end) => key.endsWith(end));
  assert.deepEqual(
    Object.keys(bundles.en).filter((key) => !isUsed(key)),
    [],
  );
});

test("all languages have the same keys and name the same values", () => {
  for (const language of LANGUAGES) {
    assert.deepEqual(Object.keys(bundles[language]).sort(), Object.keys(bundles.en).sort(), language);
    for (const [key, entry] of Object.entries(bundles[language])) {
      const wanted = new Set(textsOf(bundles.en[key]).flatMap(valuesOf));
      for (const text of textsOf(entry)) {
        assert.notEqual(text.trim(), "", key);
        assert.deepEqual(
          valuesOf(text).filter((value) => !wanted.has(value)),
          [],
          `${language} ${key}`,
        );
      }
    }
  }
});

test("a text that counts has a form for every plural of its language", () => {
  for (const language of LANGUAGES) {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, entry] of Object.entries(bundles[language])) {
      if (typeof entry !== "string")
        assert.deepEqual(Object.keys(entry).sort(), [...forms].sort(), `${language} ${key}`);
    }
  }
});

test("a wish leads to the same language here as at the gateway", () => {
  const { cases } = JSON.parse(readFileSync(new URL("../cases/languages.json", import.meta.url), "utf-8"));
  for (const { tag, language: expected } of cases) assert.equal(match([tag]), expected || "en", tag);
  assert.equal(match(["de", "zh-HK", "en"]), "zh-Hant");
  assert.equal(match([]), "en");
});

test("one language is loaded, the chosen one", async (context) => {
  /** @type {string[]} */
  const asked = [];
  context.mock.method(globalThis, "fetch", async (/** @type {string} */ url) => {
    asked.push(url);
    return new Response(readFileSync(join(STATIC, url.replace("/static/", ""))));
  });
  const root = { lang: "en" };
  globalThis.document = /** @type {any} */ ({ documentElement: root });
  await speak("zh-Hant", ["/static/locales"]);
  assert.deepEqual(asked, ["/static/locales/zh-Hant.json"]);
  assert.equal(root.lang, "zh-Hant");
  assert.equal(t("customers.found", { count: 1234 }), "找到 1,234 位");
  assert.equal(label({ en: "Tax number", "zh-CN": "税号", "zh-Hant": "統一編號" }), "統一編號");
  // What a phone keeps from before a gateway spoke it.
  assert.equal(label({ en: "Tax number", "zh-CN": "税号" }), "税号");
  assert.equal(label({ en: "Tax number" }), "Tax number");
  assert.equal(new Intl.DateTimeFormat(language.value, { dateStyle: "long" }).format(0), "1970年1月1日");
  assert.equal(new Intl.DisplayNames(language.value, { type: "region" }).of("IT"), "義大利");
});
