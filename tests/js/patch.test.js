import assert from "node:assert/strict";
import { test } from "node:test";
import { applyPatch, diff, same } from "../../static/app/patch.js";

/** Before, after, and the smallest patch between them. */
const TABLE = [
  ["nothing changed", { a: 1, b: { c: [1] } }, { a: 1, b: { c: [1] } }, {}],
  ["a value", { a: 1 }, { a: 2 }, { a: 2 }],
  ["a field that is new", {}, { a: "x" }, { a: "x" }],
  ["a field that is gone", { a: 1, b: 2 }, { b: 2 }, { a: null }],
  [
    "one element of a group",
    { g: { x: { n: 1 }, y: { n: 2 } } },
    { g: { x: { n: 1 }, y: { n: 3 } } },
    { g: { y: { n: 3 } } },
  ],
  ["an element that is gone", { g: { x: { n: 1 }, y: { n: 2 } } }, { g: { y: { n: 2 } } }, { g: { x: null } }],
  ["an element that is new", { g: {} }, { g: { z: { n: 1 } } }, { g: { z: { n: 1 } } }],
  ["a list is one value", { tags: ["a", "b"] }, { tags: ["b"] }, { tags: ["b"] }],
  ["a value becomes a map", { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
  ["a map becomes a value", { a: { b: 2 } }, { a: 1 }, { a: 1 }],
];

for (const [name, before, after, patch] of TABLE) {
  test(`the patch of an edit: ${name}`, () => {
    const kept = structuredClone(before);
    assert.deepEqual(diff(before, after), patch);
    assert.deepEqual(applyPatch(before, patch), after);
    assert.deepEqual(before, kept);
  });
}

test("lists and maps are the same by their content", () => {
  assert.ok(same({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }));
  assert.ok(!same({ a: 1 }, { a: 1, b: undefined }));
  assert.ok(!same([1], { 0: 1 }));
  assert.ok(!same(null, {}));
});
