// Who types: a scanner or a person; and what counts once. Prices with their tax.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Once } from "../../static/app/codes/once.js";
import { withTax } from "../../static/app/codes/tax.js";
import { keyOf, Wedge } from "../../static/app/codes/wedge.js";

/** What a wedge hears of these keys, one every `gap` ms. */
function heard(keys, gap, wedge = new Wedge(), begin = 1_000) {
  const found = [];
  keys.forEach((key, index) => {
    const code = wedge.key(key, begin + index * gap);
    if (code) found.push(code);
  });
  return found;
}
const EAN = "4006381333931";

for (const gap of [5, 40, 100])
  for (const end of ["Enter", "Tab"])
    test(`a code at ${gap} ms a key that ends with ${end} is a scan`, () => {
      assert.deepEqual(heard([...EAN, end], gap), [EAN]);
    });

test("a person at 120 ms a key is no scanner, and neither are two keys", () => {
  assert.deepEqual(heard([...EAN, "Enter"], 120), []);
  assert.deepEqual(heard(["4", "2", "Enter"], 5), []);
  assert.deepEqual(heard(["Enter"], 5), []);
});

test("what was typed before a scan is not part of it", () => {
  const wedge = new Wedge();
  heard(["h", "e", "y"], 5, wedge, 0);
  assert.deepEqual(heard([..."ABC", "Enter"], 5, wedge, 500), ["ABC"]);
  assert.deepEqual(heard(["a", "b", "ArrowLeft", ..."XYZ-1", "Enter"], 5), ["XYZ-1"]);
});

test("capitals come with their shift, and GS1 with its separators", () => {
  const lot = ["Shift", "L", "Shift", "O", "Shift", "T", "1"];
  assert.deepEqual(heard([...lot, "Enter"], 40), ["LOT1"]);
  const press = (key, more = {}) => keyOf({ key, code: "", ctrlKey: false, metaKey: false, repeat: false, ...more });
  const separator = [press("Control", { ctrlKey: true }), press("]", { ctrlKey: true })];
  assert.deepEqual(heard([..."10A", ...separator, ..."3724", "Enter"], 5), ["10A\x1d3724"]);
  assert.equal(press("+", { ctrlKey: true, code: "BracketRight" }), "\x1d");
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { repeat: true }])
    assert.deepEqual(heard(["a", "b", press("c", more), "d", "Enter"], 5), []);
});

test("a code counts once as long as it is in sight, and again when somebody taps", () => {
  const once = new Once();
  assert.deepEqual(
    [0, 125, 1_600, 3_000, 4_500].map((at) => once.counts(EAN, at)),
    [true, false, false, false, true],
  );
  assert.equal(once.counts(EAN, 4_600, true), true);
  assert.equal(once.counts("96385074", 4_700), true);
  assert.equal(once.counts(EAN, 4_800), true);
});

test("a price with its tax is whole units, half a unit rounded up", () => {
  assert.deepEqual(
    [withTax(1_850, "0.19"), withTax(50, "0.07"), withTax(50, "0.05"), withTax(1_000, "0"), withTax(1_000, "1")],
    [2_202, 54, 53, 1_000, 2_000],
  );
  assert.equal(withTax(9_007_199_254_740, "0.2"), 10_808_639_105_688);
});
