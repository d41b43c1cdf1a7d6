// Codes are read on a phone as they are read at the gateway: one table for both (tests/devices/test_shared_codes.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gtin14, typedState } from "../../static/app/codes/articles.js";
import { read } from "../../static/app/codes/symbology.js";

const { today, cases } = JSON.parse(readFileSync(new URL("../cases/codes.json", import.meta.url), "utf-8"));
const NOTHING = { aim: "", symbology: "", gtin: "", values: {}, warnings: [], fault: null };
const FAULT = { field: "", expected: "", got: "" };

for (const { name, code, rules = {}, reading } of cases) {
  test(`${name}: ${JSON.stringify(code)} is read as the table says`, () => {
    const fault = reading.fault ? { ...FAULT, ...reading.fault } : null;
    const found = read(code, { upcE: rules.upc_e, bareSscc: rules.bare_sscc, codes: rules.codes, today });
    assert.deepEqual(found, { ...NOTHING, text: code, ...reading, fault });
  });
}

test("a year of two digits is of this century or of the one that is nearer", () => {
  const expiry = (digits, year) => read(`]C117${digits}`, { today: `${year}-01-15` }).values.expiry;
  assert.equal(expiry("760101", 2026), "2076-01-01");
  assert.equal(expiry("770101", 2026), "1977-01-01");
  assert.equal(expiry("250101", 1975), "2025-01-01");
  assert.equal(expiry("240229", 2026), "2024-02-29");
  assert.equal(read("]C117250229", { today }).fault?.reason, "date");
});

test("an article number has one form, whatever its length", () => {
  for (const text of ["4006381333931", "04006381333931"]) assert.equal(gtin14(text), "04006381333931");
  assert.equal(gtin14("96385074"), "00000096385074");
  for (const text of ["4006381333932", "400638133393", "", "400638133393a", "４００６３８１３３３９３１"])
    assert.equal(gtin14(text), "");
});

test("whoever types a number is told the digit that is missing or wrong", () => {
  assert.deepEqual(typedState("9638507"), { state: "missing", expected: "4", got: "" });
  assert.deepEqual(typedState("400638133393"), { state: "missing", expected: "1", got: "" });
  assert.deepEqual(typedState("4006381333932"), { state: "wrong", expected: "1", got: "2" });
  assert.deepEqual(typedState("400 6381-333931"), { state: "right" });
  assert.deepEqual(typedState("036000291452"), { state: "right" });
  for (const typed of ["", "400", "A-12", "4006381333"]) assert.deepEqual(typedState(typed), { state: "none" });
});

test("a code as long as the camera can deliver costs next to nothing", () => {
  const began = performance.now();
  read(`]C1${"4".repeat(509)}`, { today });
  read(`]C110${"A".repeat(100_000)}`, { today });
  assert.ok(performance.now() - began < 100);
});
