// A whole record as it will be stored, and what an edit changes of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { changedElements, changedFields } from "../../static/app/forms/changes.js";
import { readTables } from "../../static/app/forms/companies.js";
import { phoneNumber, phoneWords, readPlans } from "../../static/app/forms/phones.js";
import { storedData } from "../../static/app/forms/stored.js";
import { isBlank, looksSame, tidyName } from "../../static/app/forms/tidy.js";
import { overlaid } from "../../static/app/forms/trial.js";
import { addressLines } from "../../static/app/parts/address.js";

const text = (/** @type {string} */ path) => readFileSync(new URL(path, import.meta.url), "utf-8");
const { cases, tidy } = JSON.parse(text("../cases/records.json"));
const PATTERNS = Object.fromEntries(
  [...text("../../gateway/kernel/postal_codes.toml").matchAll(/^(\w\w) = '(.*)'$/gm)].map(([, country, pattern]) => [
    country,
    `(?:[A-Z]{1,3}[ -])?(?:${pattern})`,
  ]),
);
const field = (/** @type {string} */ name, type = "text", more = {}) => ({ name, type, labels: {}, ...more });
const OF_COUNTRY = { rules: { country_field: "country" } };
const FIELDS = [
  field("type", "choice", { rules: { choices: [{ value: "company" }, { value: "person" }] } }),
  field("legal_name"),
  field("trade_name"),
  field("country", "country"),
  field("phone", "phone", OF_COUNTRY),
  field("contacts", "group", {
    fields: [field("name"), field("mobile", "phone", OF_COUNTRY), field("birthday", "date")],
  }),
  field("addresses", "group", {
    fields: [
      ...["purpose", "street", "city", "district", "region"].map((name) => field(name)),
      field("country", "country"),
      field("postal_code", "postal_code", { rules: { country_field: "country", patterns: PATTERNS } }),
    ],
  }),
];
const context = (/** @type {string} */ country) => ({ exponent: 2, currency: "EUR", country, today: "2026-11-22" });

await Promise.all([readPlans(), readTables(async (url) => JSON.parse(text(`../..${url}`)))]);

for (const { name, country, typed, before = {}, stored } of cases) {
  test(`the phone shows a record as the gateway stores it: ${name}`, () => {
    const found = storedData(/** @type {any} */ ({ tidy }), FIELDS, typed, before, context(country));
    assert.deepEqual(Object.fromEntries(Object.keys(stored).map((key) => [key, found[key] ?? null])), stored);
  });
}

test("what was there before is left alone, whatever stands in it", () => {
  const before = { legal_name: " Old  GMBH", phone: "none yet" };
  const found = storedData(
    /** @type {any} */ ({ tidy }),
    FIELDS,
    { ...before, trade_name: "Ｎew" },
    before,
    context("DE"),
  );
  assert.deepEqual(found, { ...before, trade_name: "New" });
});

test("a number is read out in groups, and one that is none stays as it was typed", () => {
  assert.equal(phoneWords("+862158881234;ext=801"), "+86 21 5888 1234 ext. 801");
  assert.equal(phoneNumber("ask Ute", "DE"), "ask Ute");
});

test("what nobody can see is nothing", () => {
  assert.ok(isBlank("\u200b\u3164 \u2800"));
  assert.ok(!isBlank("👩‍🍳"));
  assert.equal(tidyName("\u202eCorner\u202c \u200fShop"), "Corner Shop");
  assert.ok(looksSame("Corner\u200b  Shop", "Corner Shop"));
  assert.ok(!looksSame("Ｃorner", "Corner"));
});

test("an edit is told place by place", () => {
  const before = {
    legal_name: "A",
    trade_name: "T",
    addresses: { a: { city: "Berlin" }, b: { city: "Lyon" } },
    contacts: { c: { name: "Ute", secret: 1 } },
  };
  const after = {
    legal_name: "B",
    addresses: { a: { city: "Bern" }, n: { city: "Rome" } },
    contacts: { c: { name: "Ute", secret: 1 } },
  };
  assert.deepEqual(
    changedFields(FIELDS, before, after).map((one) => [one.field.name, one.before, one.after]),
    [
      ["legal_name", "A", "B"],
      ["trade_name", "T", undefined],
    ],
  );
  const group = (/** @type {string} */ name) => /** @type {any} */ (FIELDS.find((one) => one.name === name));
  assert.deepEqual(
    changedElements(group("addresses"), before, after).map(({ id, kind, changes }) => [id, kind, changes.length]),
    [
      ["a", "changed", 1],
      ["b", "removed", 1],
      ["n", "added", 1],
    ],
  );
  assert.deepEqual(changedElements(group("contacts"), before, after), []);
});

test("the gateway's stored form is laid over the phone's, but for what it hides", () => {
  const own = { tax_id: "DE1", bank: { b: { iban: "DE89" } } };
  const theirs = { tax_id: "1", territory: "north", bank: { b: { iban: "DE••", bank: "B" } } };
  assert.deepEqual(overlaid(own, theirs, ["bank.b.iban"], true), {
    tax_id: "1",
    territory: "north",
    bank: { b: { iban: "DE89", bank: "B" } },
  });
  assert.deepEqual(overlaid(own, theirs, ["bank.b.iban"], false).territory, undefined);
});

test("an address is written as its country writes it", () => {
  const parts = { street: "Main St 5", city: "Town", region: "NY", postal_code: "10118", recipient: "Ute" };
  assert.deepEqual(addressLines({ ...parts, country: "US" }, "United States"), [
    "Ute",
    "Main St 5",
    "Town, NY 10118",
    "United States",
  ]);
  assert.deepEqual(addressLines({ street: "S 5", city: "Berlin", postal_code: "10115", country: "DE" }, ""), [
    "S 5",
    "10115 Berlin",
  ]);
  const shanghai = { street: "世纪大道100号", city: "上海市", region: "上海市", district: "浦东新区", country: "CN" };
  assert.deepEqual(addressLines(shanghai, ""), ["上海市浦东新区世纪大道100号"]);
  assert.deepEqual(
    addressLines({ street: "10 Downing Street", city: "London", postal_code: "SW1A 2AA", country: "GB" }, ""),
    ["10 Downing Street", "London", "SW1A 2AA"],
  );
});
