// The console's pure parts: what a form sends, what the live screen remembers, and that every word exists in every language.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { LANGUAGES } from "../../static/app/i18n.js";
import { bars, byDay, byHour, highest } from "../../static/console/charts.js";
import { byPlace } from "../../static/console/findings.js";
import { ago, bytes, span } from "../../static/console/format.js";
import { valuesOf } from "../../static/console/forms/of_type.js";
import { beat, groupOf, matches, ROWS_MAX, SECONDS, stillPulse, withBatch } from "../../static/console/live_rows.js";
import { configOf, FORGOTTEN, textsOf } from "../../static/console/options.js";
import { about, reason } from "../../static/console/refused.js";
import { lines, literal, matches as means, plain } from "../../static/console/settings/toml.js";
import { follow } from "../../static/console/stream.js";

const CONSOLE = new URL("../../static/console/", import.meta.url);
const sources = readdirSync(CONSOLE, { recursive: true, encoding: "utf-8" })
  .filter((name) => name.endsWith(".js"))
  .map((name) => ({ name, text: readFileSync(new URL(name, CONSOLE), "utf-8") }));
const words = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(new URL(`locales/${name}.json`, CONSOLE), "utf-8"));

const FIELDS = [
  { name: "name", type: "text", labels: {} },
  { name: "net_price", type: "money", labels: {} },
  { name: "barcodes", type: "tags", labels: {}, rules: { items: "gtin" } },
  { name: "packs", type: "group", labels: {}, fields: [{ name: "code", type: "gtin", labels: {} }] },
  { name: "active", type: "boolean", labels: {}, default: true },
];

test("barcodes are found wherever the kind keeps them", () => {
  const data = { barcodes: ["1"], packs: { a: { code: "2" }, b: {} } };
  assert.deepEqual(valuesOf(FIELDS, data, "gtin"), ["1", "2"]);
});

const event = (/** @type {number} */ seq, more = {}) => ({
  seq,
  id: `e${seq}`,
  type: "scan.captured",
  time: "2026-11-22T10:00:00.000Z",
  received_at: "2026-11-22T10:00:00.000Z",
  device: "d1",
  device_name: "Till 1",
  data: { gtin: "04006381333931" },
  ...more,
});

test("the live screen keeps the newest 200 rows, newest first, each once", () => {
  const batches = [...Array(30)].map((_, batch) => [...Array(10)].map((_, at) => event(batch * 10 + at)));
  const rows = batches.reduce(withBatch, []);
  assert.equal(rows.length, ROWS_MAX);
  assert.equal(rows[0].seq, 299);
  const repeated = withBatch(rows, [event(298), event(299), event(300)]);
  assert.deepEqual(
    repeated.slice(0, 3).map((row) => row.seq),
    [300, 299, 298],
  );
});

test("the pulse counts arrivals in their own second and forgets them after a minute", () => {
  let pulse = beat(stillPulse(), 1000, [1000, 1000, 990]);
  assert.equal(pulse.counts[SECONDS - 1], 2);
  assert.equal(pulse.counts[SECONDS - 11], 1);
  pulse = beat(pulse, 1059, []);
  assert.equal(pulse.counts[0], 2);
  assert.ok(beat(pulse, 1060, [900]).counts.every((count) => count === 0));
});

test("the filter finds a row by its product, code, device and group", () => {
  const row = event(1, { product: { id: "p", name: "Oat milk", number: "W1-P-7" } });
  const wanted = { text: "", group: "", device: "" };
  for (const text of ["oat", "W1-p", "0400638", "till 1"]) assert.ok(matches(row, { ...wanted, text }), text);
  assert.ok(!matches(row, { ...wanted, text: "beer" }));
  assert.ok(matches(row, { ...wanted, group: "scan", device: "d1" }));
  assert.ok(!matches(row, { ...wanted, group: "sale" }));
  assert.equal(groupOf(event(2, { type: "scan.invalid" })), "trouble");
  assert.equal(groupOf(event(3, { type: "record.edited" })), "record");
});

test("an age is told in the largest unit that is full", () => {
  const now = Date.parse("2026-11-22T10:00:00Z");
  assert.equal(ago("2026-11-22T09:59:58Z", now), "now");
  assert.equal(ago("2026-11-22T09:57:10Z", now), "2 minutes ago");
  assert.equal(ago("2026-11-21T09:00:00Z", now), "yesterday");
});

test("a stream resumes after its last event, lets go when hidden, and waits longer after each refusal", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const page = Object.assign(new EventTarget(), { hidden: false });
  const opened = [];
  class Source {
    static CLOSED = 2;
    readyState = 1;
    constructor(url) {
      opened.push(Object.assign(this, { url }));
    }
    close() {
      this.readyState = 2;
    }
  }
  Object.assign(globalThis, { document: page, EventSource: Source });
  context.after(() => {
    for (const name of ["document", "EventSource"]) Reflect.deleteProperty(globalThis, name);
  });
  const batches = [];
  const states = [];
  const stop = follow({ onEvents: (batch) => batches.push(batch.length), onState: (state) => states.push(state) });

  opened[0].onopen();
  for (let at = 0; at < 500; at++) opened[0].onmessage({ lastEventId: `ep.${at}`, data: JSON.stringify(event(at)) });
  context.mock.timers.tick(200);
  assert.deepEqual(batches, [200]);

  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(opened[0].readyState, 2);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(opened[1].url, "/api/v1/live?after=ep.499");

  opened[1].readyState = 2;
  opened[1].onerror();
  context.mock.timers.tick(999);
  assert.equal(opened.length, 2);
  context.mock.timers.tick(1);
  assert.equal(opened.length, 3);
  opened[2].readyState = 2;
  opened[2].onerror();
  context.mock.timers.tick(1000);
  assert.equal(opened.length, 3);
  context.mock.timers.tick(1000);
  assert.equal(opened.length, 4);
  assert.deepEqual(states, ["connecting", "live", "asleep", "connecting", "lost", "connecting", "lost", "connecting"]);
  stop();
});

test("bars stack from the ground up, never vanish, and leave unseen times out", () => {
  const columns = [[60, 40], null, [1, 0], [0, 0]];
  assert.equal(highest(columns), 100);
  const drawn = bars(columns, { step: 10, height: 50, most: 100, least: 2 });
  assert.deepEqual(
    drawn.map(({ x, y, height, tone }) => [x, y, height, tone]),
    [
      [1, 20, 30, 0],
      [1, 0, 20, 1],
      [21, 48, 2, 0],
    ],
  );
  assert.equal(highest([]), 0);
});

test("hours that nobody saw stay holes, and a day tells the worst of its hours", () => {
  const seen = (/** @type {string} */ at, /** @type {number} */ waiting) => ({
    at,
    waiting,
    oldest_s: 10 - waiting,
    held: 0,
  });
  const hours = byHour(
    [seen("2026-11-22T08:00:00.000Z", 3), seen("2026-11-22T10:00:00.000Z", 5)],
    "2026-11-20T11:00:00.000Z",
    "2026-11-22T10:20:00.000Z",
  );
  assert.equal(hours.length, 48);
  assert.deepEqual(
    hours.slice(-3).map(({ seen }) => seen?.waiting ?? null),
    [3, null, 5],
  );
  const days = byDay(hours);
  assert.equal(days.length, 2);
  assert.equal(days[0]?.seen, null);
  assert.deepEqual([days[1]?.seen?.waiting, days[1]?.seen?.oldest_s], [5, 7]);
});

test("spans and sizes are told in the largest unit that is full", () => {
  assert.deepEqual([0, 999, 61_000, 7_200_000, 3 * 86_400_000].map(span), [
    "0 sec",
    "0 sec",
    "1 min",
    "2 hr",
    "3 days",
  ]);
  assert.deepEqual([12, 52_000_000, 2_500_000_000].map(bytes), ["0 kB", "52 MB", "2.5 GB"]);
});

test("a setting is written as TOML takes it, and a secret never as itself", () => {
  const one = { section: "web", key: "listen", value: 'a"b', secret: false };
  assert.equal(lines(/** @type {any} */ (one)), '[web]\nlisten = "a\\"b"');
  const secret = { section: "tryton", key: "key", value: null, secret: true };
  assert.equal(lines(/** @type {any} */ (secret)), '[tryton]\nkey_file = "tryton.key"');
  assert.deepEqual([true, 5, ["a", "b"], []].map(literal), ["true", "5", '["a", "b"]', "[]"]);
  assert.deepEqual(
    [["a", "b"], [], "", 0, false].map((value) => plain(value, "-")),
    ["a, b", "-", "-", "0", "false"],
  );
});

test("a search finds settings by name, meaning and variable, and those that differ", () => {
  const one = /** @type {any} */ ({
    section: "web",
    key: "threads",
    meaning: "Requests served at once.",
    variable: "WAYSTATION_WEB_THREADS",
    source: { layer: "default" },
  });
  for (const text of ["", "web.thr", "served once", "station_web"])
    assert.ok(means(one, { text, changed: false }), text);
  assert.ok(!means(one, { text: "erp", changed: false }));
  assert.ok(!means(one, { text: "", changed: true }));
  assert.ok(means({ ...one, source: { layer: "site" } }, { text: "", changed: true }));
});

test("every word of the console exists in every language and names the same values", () => {
  const english = words("en");
  const named = (/** @type {unknown} */ text) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
  for (const { value } of LANGUAGES) {
    const other = words(value);
    assert.deepEqual(Object.keys(english).sort(), Object.keys(other).sort(), value);
    for (const key of Object.keys(english)) assert.deepEqual(named(other[key]), named(english[key]), `${value} ${key}`);
  }
});

test("every word that a screen asks for exists", () => {
  const english = words("en");
  for (const { name, text } of sources) {
    for (const [, key] of text.matchAll(/\bt\(\s*"([^"]+)"/g)) assert.ok(key in english, `${name} asks for ${key}`);
  }
});

test("no word of the console is left over", () => {
  const text = sources.map((source) => source.text).join("\n");
  const written = new Set([...text.matchAll(/"([\w.]+)"/g)].map(([, key]) => key));
  const beginnings = [
    ...[...text.matchAll(/`([a-z]\w*\.[\w.]*)\$\{/g)].map(([, start]) => start),
    ...[...text.matchAll(/\bwordFor\("([\w.]+)"/g)].map(([, family]) => `${family}.`),
  ];
  const isUsed = (/** @type {string} */ key) => written.has(key) || beginnings.some((start) => key.startsWith(start));
  assert.deepEqual(
    Object.keys(words("en")).filter((key) => !isUsed(key)),
    [],
  );
});

test("what a device is told survives the form, control characters and all", () => {
  const options = {
    baud: { type: "integer", default: 9600 },
    parity: { enum: ["N", "E", "O"], default: "N" },
    stop_bits: { enum: [1, 2], default: 1 },
    bcc: { type: "boolean", default: false },
    ack: { type: "string", default: "" },
  };
  const config = { baud: 19200, stop_bits: 2, bcc: true, ack: '\u0006"\\\r', older: "kept" };
  const texts = textsOf(options, config);
  assert.deepEqual(texts, { baud: "19200", parity: "", stop_bits: "2", bcc: "true", ack: '\\u0006\\"\\\\\\r' });
  assert.deepEqual(configOf(options, texts, config), config);
});

test("an emptied option is not told any more, and what does not fit goes as it is", () => {
  const options = { baud: { type: "integer" }, ack: { type: "string" } };
  assert.deepEqual(configOf(options, { baud: "", ack: "" }, { baud: 300, ack: "x" }), {});
  assert.deepEqual(configOf(options, { baud: "fast", ack: "\\q" }, {}), { baud: "fast", ack: "\\q" });
});

test("a secret is left as it is, entered anew word for word, or forgotten", () => {
  const options = { key: { type: "string", writeOnly: true } };
  const before = { key: "(set)" };
  assert.deepEqual(textsOf(options, before), { key: "" });
  assert.deepEqual(configOf(options, { key: "" }, before), {});
  assert.deepEqual(configOf(options, { key: "a\\nb" }, before), { key: "a\\nb" });
  assert.deepEqual(configOf(options, { key: FORGOTTEN }, before), { key: "" });
});

const refused = (/** @type {any} */ body, errors = [{ detail: "The total is wrong." }]) => ({
  id: "x",
  type: "sale.completed",
  device: "d",
  received_at: "2026-11-22T10:00:00.000Z",
  status: "quarantined",
  revision: 0,
  problem: { type: "", title: "", status: 422, code: "sale_invalid", detail: "It does not add up.", errors },
  body,
});

test("two refused sales are told apart by what stood on their receipts", () => {
  const sale = (/** @type {any} */ data) =>
    refused({ specversion: "1.0", type: "sale.completed", time: "2020-11-22T10:00:00.000Z", data });
  const one = about(sale({ register: "1", receipt: "1009", total: 4430, currency: "EUR" }), []);
  const other = about(sale({ register: "1", receipt: "1010", total: 4431, currency: "EUR" }), []);
  assert.notEqual(one, other);
  assert.match(one, /44\.30.*refused\.register.*refused\.receipt.*Nov 22/);
  assert.equal(about(sale({ total: "44,30", currency: "euros", receipt: "7" }), []).split(" · ").length, 2);
  assert.match(
    about(refused({ specversion: "1.0", type: "scan.captured", data: { text: "4006381" } }), []),
    /^4006381/,
  );
});

test("what a phone did is told by its fields, and what nobody can read by nothing", () => {
  const kinds = [
    {
      name: "customer",
      labels: { en: "Customer" },
      fields: [{ name: "email", type: "email", labels: { en: "E-mail" } }],
    },
  ];
  assert.equal(about(refused({ kind: "customer", fields: ["email", "shoe"] }), kinds), "Customer · E-mail, shoe");
  assert.equal(about(refused({ unreadable_bytes: 7 }), kinds), "");
  assert.equal(about(refused({ event: "visit.completed", fields: [] }), kinds), "");
});

test("a refused thing says the first thing that is wrong with it, not that something is", () => {
  assert.equal(reason(refused({})), "The total is wrong.");
  assert.equal(reason(refused({}, [])), "It does not add up.");
});

test("what is to be mended is told by where it stands, the place that is worth most first", () => {
  const declaration = {
    steps: [
      { name: "basics", labels: { en: "Basics" }, fields: ["tax_id"] },
      { name: "where", labels: { en: "Where" }, fields: ["addresses", "phone"] },
    ],
    fields: [
      { name: "tax_id", type: "text", labels: { en: "Tax number" } },
      { name: "phone", type: "phone", labels: { en: "Phone" } },
      {
        name: "addresses",
        type: "group",
        labels: { en: "Addresses" },
        fields: [{ name: "city", type: "text", labels: { en: "City" } }],
      },
    ],
  };
  const finding = (/** @type {string} */ field, /** @type {number} */ points, code = "quality_missing") => ({
    field,
    points,
    code,
    detail: `${field} is odd.`,
  });
  const findings = [
    finding("tax_id", 8),
    finding("addresses.city", 5),
    finding("phone", 6, "phone_bad"),
    finding("addresses.a1.city", 5),
  ];
  const told = byPlace(findings, declaration).map(({ name, points, doubtful, missing }) => [
    name,
    points,
    doubtful.map((one) => one.name),
    missing.map((one) => one.name),
  ]);
  assert.deepEqual(told, [
    ["Addresses", 10, [], ["City", "City"]],
    ["Basics", 8, [], ["Tax number"]],
    ["Where", 6, ["Phone"], []],
  ]);
  assert.equal(byPlace([finding("unknown", 1)], undefined)[0].name, "");
});
