// The rules of the web app and of the gateway are one: both run the same table of cases.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readPlans } from "../../static/app/forms/phones.js";
import { check, checkText } from "../../static/app/forms/rules.js";
import { storedData, storedFields } from "../../static/app/forms/stored.js";
import { isEmpty, minorToText, plainNumber, textToMinor, toData, toValues } from "../../static/app/forms/values.js";

await readPlans();
const { cases } = JSON.parse(readFileSync(new URL("../cases/fields.json", import.meta.url), "utf-8"));
const EURO = { exponent: 2, currency: "EUR" };
const TABLE = readFileSync(new URL("../../gateway/kernel/postal_codes.toml", import.meta.url), "utf-8");
const PATTERNS = Object.fromEntries(
  [...TABLE.matchAll(/^(\w\w) = '(.*)'$/gm)].map(([, country, pattern]) => [
    country,
    `(?:[A-Z]{1,3}[ -])?(?:${pattern})`,
  ]),
);

/** The field as the gateway serves it. */
const served = (field) => (field.rules?.patterns ? { ...field, rules: { ...field.rules, patterns: PATTERNS } } : field);

/** What the form holds, and what it is judged by. */
function formOf({ field, input, typed, siblings, today, country = "DE" }) {
  const value = typed ?? input;
  const values = { ...siblings, ...(value === null ? {} : { [field.name]: value }) };
  const beside = Object.keys(siblings ?? {}).map((name) => ({ name, type: "text", labels: {} }));
  return { fields: [served(field), ...beside], values, context: { ...EURO, today, country } };
}

const shared = cases.filter((each) => each.client);

for (const each of shared) {
  test(`the form agrees with the gateway: ${each.name}`, () => {
    const { fields, values, context } = formOf(each);
    const found = check(fields, values, context).map(({ path, code }) => `${code} /${path.join("/")}`);
    assert.deepEqual(found, each.problem ? [`${each.problem} ${each.pointer ?? `/${each.field.name}`}`] : []);
  });
}

// A box that is left unticked says nothing, so a form has no way to say no with it.
for (const each of shared.filter(({ problem, input }) => !problem && input !== false)) {
  test(`the form shows what will be stored: ${each.name}`, () => {
    const { fields, values, context } = formOf(each);
    const data = toData(fields, values, {}, context);
    const stored = storedData({ tidy: [] }, fields, data, {}, context);
    assert.deepEqual(stored[each.field.name] ?? null, each.normalised);
    assert.deepEqual(storedFields(fields, stored, stored, context), stored, "a stored form is stored as it is");
  });
}

const FIELDS = [
  { name: "name", type: "text", labels: {}, required: true },
  { name: "limit", type: "money", labels: {}, rules: { min: 0 } },
  { name: "active", type: "boolean", labels: {} },
  { name: "tags", type: "tags", labels: {} },
  { name: "contacts", type: "group", labels: {}, fields: [{ name: "name", type: "text", labels: {} }] },
];
const RECORD = {
  name: "Corner",
  limit: 1850,
  active: false,
  tags: ["b2b"],
  contacts: { a: { name: "Ute", secret: 1 } },
  hidden: "x",
};

test("a record survives the way into the form and out again unchanged", () => {
  assert.deepEqual(toData(FIELDS, toValues(FIELDS, RECORD, EURO), RECORD, EURO), RECORD);
});

test("an emptied field is gone, and one the form does not show stays", () => {
  const values = { ...toValues(FIELDS, RECORD, EURO), name: "", tags: [] };
  assert.deepEqual(toData(FIELDS, values, RECORD, EURO), {
    limit: 1850,
    active: false,
    contacts: RECORD.contacts,
    hidden: "x",
  });
});

test("an element in which nothing was entered is left out", () => {
  const values = { contacts: { a: { name: "Ute" }, b: { name: " " } } };
  assert.deepEqual(toData(FIELDS, values, {}, EURO), { contacts: { a: { name: "Ute" } } });
});

test("money is counted in whole minor units, never in fractions", () => {
  assert.deepEqual(
    ["18.50", "18,5", "1.234,50", "1 234.50", "1'234'567.89", "-0.01", "18"].map((text) => textToMinor(text, 2)),
    [1850, 1850, 123450, 123450, 123456789, -1, 1800],
  );
  assert.deepEqual(
    ["18.505", "a lot", "1.2.3", "", "1-2"].map((text) => textToMinor(text, 2)),
    [null, null, null, null, null],
  );
  assert.equal(textToMinor("500", 0), 500);
  assert.equal(textToMinor("1.250", 3), 1250);
});

test("minor units are written with the places of their currency", () => {
  assert.deepEqual(
    [minorToText(5, 2), minorToText(-1850, 2), minorToText(500, 0), minorToText(1250, 3)],
    ["0.05", "-18.50", "500", "1.250"],
  );
});

test("the last of two different signs is the decimal point", () => {
  assert.deepEqual(["1.234,5", "1,234.5", "12,5", "１２．５"].map(plainNumber), ["1234.5", "1234.5", "12.5", "12.5"]);
});

test("every finding comes at once, in the order of the form", () => {
  const found = check(FIELDS, { limit: "-1", tags: ["x".repeat(61)] }, EURO).map(({ code }) => code);
  assert.deepEqual(found, ["field_required", "number_range", "value_too_long"]);
});

test("length counts characters, not the halves of a pair", () => {
  assert.equal(checkText({ name: "x", type: "text", labels: {}, rules: { max_length: 2 } }, "𠮷𠮷", EURO), null);
});

test("an unticked box is empty, a ticked one is not", () => {
  assert.deepEqual(
    [isEmpty(false), isEmpty(true), isEmpty({}), isEmpty({ a: { name: "" } })],
    [true, false, true, true],
  );
});
