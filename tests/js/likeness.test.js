// The phone grades two records as the gateway does, finds the likely ones in its list, and says what the gateway says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readTables } from "../../static/app/forms/companies.js";
import { likeness, oneSlip, winkler } from "../../static/app/forms/letters.js";
import { compare, profileOf } from "../../static/app/forms/likeness.js";
import { candidates, needlesOf } from "../../static/app/forms/lookalikes.js";
import { hits, likeliest } from "../../static/app/forms/nearby.js";
import { bestReason, merged } from "../../static/app/forms/twins.js";
import { searchLine } from "../../static/app/summary.js";

const read = (/** @type {string} */ path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf-8"));
const { matching, pairs } = read("../cases/likeness.json");
await readTables(async (url) => read(`../..${url}`));

const field = (/** @type {string} */ name, type = "text", fields = undefined) => ({ name, type, labels: {}, fields });
const KIND = /** @type {any} */ ({
  name: "customer",
  fields: [
    field("legal_name"),
    field("trade_name"),
    field("tax_id", "tax_id"),
    field("registration_number", "code"),
    field("phone", "phone"),
    field("email", "email"),
    field("contacts", "group", [field("name"), field("phone", "phone"), field("email", "email")]),
  ],
});
const entryOf = (/** @type {any} */ data, id = "r1", number = "W1-C000001") => ({
  id,
  kind: "customer",
  title: data.legal_name,
  subtitle: "",
  number,
  line: searchLine(KIND, data, [number]),
  order: "",
  state: "",
});
const goOn = async () => true;

for (const { name, one, other, grade } of pairs) {
  test(`the phone grades as the gateway does: ${name}`, () => {
    assert.equal(compare(matching, profileOf(matching, one), profileOf(matching, other)).grade, grade);
  });
}

for (const { name, one, other } of pairs.filter(({ grade }) => grade === "same" || grade === "strong")) {
  if (one.website || one.addresses) continue; // found by the name beside it
  test(`the list leads to it: ${name}`, () => {
    assert.ok(hits(entryOf(other).line, needlesOf(matching, one)) > 0);
  });
}

test("the likeliest comes first, and the record itself never", async () => {
  const rows = [
    { legal_name: "Kornblum Trading GmbH", phone: "+49301234567" },
    { legal_name: "Kornblumen Handel" },
    { legal_name: "Corner Cafe" },
  ].map((data, at) => ({ data, entry: entryOf(data, `r${at}`) }));
  const typed = { legal_name: "Kornblum Trading", phone: "030 1234567" };
  const likely = await likeliest(
    rows.map(({ entry }) => entry),
    needlesOf(matching, typed),
    "r9",
    goOn,
  );
  assert.deepEqual(likely?.map(({ id }) => id).slice(0, 1), ["r0"]);
  const [first] = candidates(matching, typed, rows);
  assert.deepEqual([first?.id, first?.grade, first?.number], ["r0", "strong", "W1-C000001"]);
  assert.deepEqual(bestReason(first, (name) => name === "phone")?.code, "same");
  const own = await likeliest([rows[0].entry], needlesOf(matching, typed), "r0", goOn);
  assert.deepEqual(own, []);
});

test("fifty thousand are gone through in slices, and not at all once nobody waits", async () => {
  const entries = Array.from({ length: 50_000 }, (_, at) => entryOf({ legal_name: `Company ${at}` }, `r${at}`));
  let slices = 0;
  const count = async () => {
    slices += 1;
    return slices < 3;
  };
  assert.equal(await likeliest(entries, needlesOf(matching, { legal_name: "Kornblum" }), "", count), null);
  assert.equal(slices, 3);
});

test("nothing typed, or a hidden value, is like nothing", async () => {
  assert.deepEqual(await likeliest([entryOf({ legal_name: "A" })], needlesOf(matching, {}), "", goOn), []);
  assert.equal(profileOf(matching, { legal_name: "K••••", phone: "••••" }).size, 0);
});

test("the gateway's word counts, but for what only this phone has", () => {
  const one = (/** @type {string} */ id, number, grade) => /** @type {any} */ ({ id, number, grade });
  const there = [one("a", "W1-C000001", "weak")];
  const here = [one("a", "W1-C000001", "strong"), one("b", "W1-C000002", "weak"), one("c", "P-A1B2-0001", "strong")];
  assert.deepEqual(
    merged(there, here).map(({ id, grade }) => `${id} ${grade}`),
    ["a weak", "c strong"],
  );
});

test("letters are counted as rapidfuzz counts them", () => {
  assert.deepEqual(
    [likeness("kornblum", "kornblumm"), likeness("ab", "cd"), winkler("martha", "marhta"), winkler("a", "b")].map(
      (value) => Math.round(value * 1e4) / 1e4,
    ),
    [0.9412, 0, 0.9611, 0],
  );
  assert.deepEqual(
    [
      oneSlip("abc", "acb"),
      oneSlip("abc", "abcd"),
      oneSlip("abc", "xbc"),
      oneSlip("abc", "cba"),
      oneSlip("ab", "abcd"),
    ],
    [true, true, true, false, false],
  );
});
