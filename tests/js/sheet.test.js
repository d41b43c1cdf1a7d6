// The console's form: what is wrong is said about what this person wrote, and each place has its name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findingsIn } from "../../static/app/forms/findings.js";
import { isAmong, patchOf, placesOf } from "../../static/console/customers/saving.js";
import { placeName } from "../../static/console/forms/findings.js";

const field = (name, type, more = {}) => ({ name, type, labels: { en: name.toUpperCase() }, ...more });
const FIELDS = [
  field("name", "text", { required: true }),
  field("email", "email"),
  field("account", "text"),
  field("people", "group", { fields: [field("name", "text"), field("phone", "phone")] }),
  field("consents", "group", {
    fields: [field("state", "text")],
    rules: { keys: [{ value: "post", labels: { en: "By post" } }] },
  }),
];
const CONTEXT = { exponent: 2, currency: "EUR", country: "DE", today: "2026-11-22" };
const form = (initial, edits) => ({ rules: undefined, fields: FIELDS, initial, edits, context: CONTEXT });
const codes = (found) => found.map(({ path, code }) => `${path.join(".")} ${code}`);

test("everything that is wrong is found at once, in the order of the form", () => {
  const values = { email: "x", people: { a: { name: "Ada", phone: "call me" } } };
  assert.deepEqual(codes(findingsIn(form({}, false), values)), [
    "name field_required",
    "email email_invalid",
    "people.a.phone phone_impossible",
  ]);
});

test("what was let in before, or is hidden, holds nobody up until it is changed", () => {
  const initial = { name: "A", email: "x", account: "••••1" };
  assert.deepEqual(findingsIn(form(initial, true), { ...initial, name: "B" }), []);
  assert.deepEqual(codes(findingsIn(form(initial, true), { ...initial, email: "y" })), ["email email_invalid"]);
  assert.deepEqual(codes(findingsIn(form(initial, true), { ...initial, account: "••••2" })), ["account value_masked"]);
});

test("a place is named by the labels on the way to it", () => {
  assert.equal(placeName(FIELDS, ["people", "a", "phone"]), "PEOPLE · PHONE");
  assert.equal(placeName(FIELDS, ["consents", "post", "state"]), "CONSENTS · By post");
  assert.equal(placeName(FIELDS, ["unknown"]), "");
});

test("a patch speaks of its places, and of what is in them or around them", () => {
  const draft = {
    id: "1",
    base: { version: 1, data: { name: "A", people: { a: { phone: "1" } } } },
    reason: "",
    denied: [],
    at: 0,
  };
  const patch = patchOf(draft, { name: "B", people: { a: { phone: "2" }, b: { name: "C" } } });
  assert.deepEqual(placesOf(patch), ["name", "people.a.phone", "people.b.name"]);
  assert.ok(isAmong("people.b", placesOf(patch)));
  assert.ok(isAmong("name", placesOf(patch)));
  assert.ok(!isAmong("people.c", placesOf(patch)));
  assert.ok(!isAmong("names", placesOf(patch)));
});
