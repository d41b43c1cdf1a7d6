import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, lineOf, matcher, narrows, search } from "../../static/app/search.js";
import { monogram, searchLine, subtitleOf, titleOf } from "../../static/app/summary.js";
import { bare } from "./cast.js";

const KIND = {
  name: "customer",
  labels: {},
  version: "1",
  steps: [],
  fields: [
    { name: "legal_name", type: "text", labels: {} },
    { name: "phone", type: "phone", labels: {} },
    { name: "notes", type: "multiline", labels: {} },
    {
      name: "contacts",
      type: "group",
      labels: {},
      fields: [
        { name: "name", type: "text", labels: {} },
        { name: "phone", type: "phone", labels: {} },
      ],
    },
    { name: "addresses", type: "group", labels: {}, fields: [{ name: "city", type: "text", labels: {} }] },
  ],
};
const DATA = {
  legal_name: "Bäckerei Kornblum GmbH",
  phone: "+49301234567",
  notes: "rings twice",
  contacts: { a: { name: "Jonas Groß", phone: "+491725550199" } },
  addresses: { b: { city: "Köln" } },
};
const LINE = searchLine(KIND, DATA, ["W1-C000042", "P-A1B2-0007"]);

/** What a person types, and whether the bakery is found. */
const QUERIES = [
  ["kornblum", true],
  ["kornblum backerei", true],
  ["BÄCKEREI", true],
  ["köln gross", true],
  ["c000042", true],
  ["p-a1b2-0007", true],
  ["4567", true],
  ["0199", true],
  ["030 123 45-67", true],
  ["+49 30 1234567", true],
  ["(0172) 555 0199", true],
  ["030 123 kornblum", true],
  ["kornblum 030 123 45-67 koln", true],
  ["hamburg 030 123", false],
  ["kornblum 040 123", false],
  ["kornblum hamburg", false],
  ["twice", false],
  ["9999", false],
  ["12", true],
  ["  ", true],
];

for (const [query, found] of QUERIES) {
  test(`"${query}" ${found ? "finds" : "does not find"} the bakery`, () => assert.equal(matcher(query)(LINE), found));
}

test("Chinese names are found by any part, whatever width was typed", () => {
  const line = lineOf(["上海华新科技(上海)有限公司"], []);
  assert.ok(matcher("华新")(line));
  assert.ok(matcher("（上海）")(line));
  assert.equal(fold("Ｗ１－Ｃ０１"), "w1-c01");
});

test("whose name begins with the query comes first, and the rest is counted", () => {
  const entries = ["Alte Post", "Brot", "Neue Post", "Postamt"].map((title) => ({
    ...bare({ id: title, kind: "customer" }),
    title,
    line: fold(title),
  }));
  const { found, more } = search(entries, "post", 2);
  assert.deepEqual(
    found.map(({ title }) => title),
    ["Postamt", "Alte Post"],
  );
  assert.ok(more);
});

test("a record is called by its trade name first", () => {
  assert.equal(titleOf(DATA), "Bäckerei Kornblum GmbH");
  assert.equal(titleOf({ ...DATA, trade_name: "Kornblum" }), "Kornblum");
  assert.equal(titleOf({}), "");
});

test("under the name stand the first contact and the first town", () => {
  assert.equal(subtitleOf(KIND, DATA), "Jonas Groß · Köln");
  assert.equal(subtitleOf(KIND, {}), "");
});

test("the round mark shows initials, or the first character of a Chinese name", () => {
  assert.deepEqual(["Fontaine & Filles", "上海华新", "Łódź", "  ", "“Quoted” Shop"].map(monogram), [
    "FF",
    "上",
    "Ł",
    "",
    "QS",
  ]);
});

test("folding the usual letters the short way is folding them", () => {
  for (const text of ["Corner 12", "上海华新 Ltd.", "ÄÖ ß", "ｗｉｄｅ", "㍿", "Ørsted"]) {
    const long = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    assert.equal(fold(text), long.replaceAll("ß", "ss").replaceAll("ø", "o"));
  }
});

test("what a longer query finds is among what the shorter one found, where it says so", () => {
  const lines = ["corner\n493012345", "corn 12\n4930", "030 12\n8630123", "cafe corner"].sort().map((line, at) => ({
    ...bare({ id: `r${at}` }),
    line,
  }));
  const queries = ["corn", "corn 1", "corner cafe", "03", "030", "030 1", "030 12", "030 12 3", "49", "493", "4930"];
  for (const after of queries)
    for (let end = 1; end < after.length; end += 1) {
      const before = after.slice(0, end);
      if (!narrows(before, after)) continue;
      assert.deepEqual(search(search(lines, before, 9).all, after, 9).found, search(lines, after, 9).found, after);
    }
  assert.ok(narrows("corn", "corner") && narrows("030 1", "030 1a") && !narrows("030", "0301"));
});

test("whose name begins with it comes first, in a list by name and in any other", () => {
  const lines = ["a post", "b", "post 1", "post 2", "z post"].map((line) => ({ ...bare({ id: line }), line }));
  const found = (list, limit, byName) => search(list, "Post", limit, byName).found.map(({ id }) => id);
  assert.deepEqual(found(lines, 9), ["post 1", "post 2", "a post", "z post"]);
  assert.deepEqual(found(lines, 3), ["post 1", "post 2", "a post"]);
  assert.deepEqual(found([...lines].reverse(), 9, false), ["post 2", "post 1", "z post", "a post"]);
});

test("a search that has found enough who begin with it looks no further", () => {
  const lines = Array.from({ length: 9 }, (_, at) => ({ ...bare({ id: `r${at}` }), line: `corner ${at}` }));
  const { found, more, all } = search(lines, "cor", 3);
  assert.deepEqual([found.length, more, all], [3, true, null]);
  assert.equal(search(lines, "cor", 9).all.length, 9);
});
