// What a camera has seen, where it looks, why there may be none, and the list of the last scans.
import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../static/app/codes/symbology.js";
import { forget, note, noted, scansOf } from "../../static/app/scan/book.js";
import { cropped, missing, troubleOf } from "../../static/app/scan/camera.js";
import { codeOf } from "../../static/app/scan/seen.js";
import { storage } from "./cast.js";

test("both readers of codes say the same of one label", () => {
  const gtins = [
    [{ format: "ean_13", text: "4006381333931" }, "04006381333931"],
    [{ format: "EAN13", text: "4006381333931", aim: "]E0" }, "04006381333931"],
    [{ format: "ean_8", text: "96385074" }, "00000096385074"],
    [{ format: "EAN-8", text: "96385074", aim: "]E4" }, "00000096385074"],
    [{ format: "upc_a", text: "036000291452" }, "00036000291452"],
    [{ format: "UPCA", text: "0036000291452", aim: "]E0" }, "00036000291452"],
    [{ format: "upc_e", text: "04252614" }, "00042100005264"],
    [{ format: "UPCE", text: "04252614", aim: "]E0" }, "00042100005264"],
    [{ format: "Code128", text: "0116901234567899", aim: "]C1" }, "16901234567899"],
    [{ format: "code_128", text: "0116901234567899" }, "16901234567899"],
    [{ format: "itf", text: "16901234567899" }, "16901234567899"],
    [{ format: "qr_code", text: "https://id.gs1.org/01/04006381333931" }, "04006381333931"],
  ];
  for (const [seen, gtin] of gtins) assert.equal(read(codeOf(seen), { year: 2026 }).gtin, gtin, JSON.stringify(seen));
  assert.equal(codeOf({ format: "Code39", text: "AB-1", aim: "]A0" }), "]A0AB-1");
  assert.equal(codeOf({ format: "Code39", text: "AB-1", aim: "nonsense" }), "AB-1");
});

test("only what is within the reticle is looked at", () => {
  assert.deepEqual(cropped(1280, 720), { x: 90, y: 180, width: 1101, height: 360 });
});

test("why there is no camera is told from each other", () => {
  const mediaDevices = {};
  assert.equal(missing({ isSecureContext: false, navigator: {} }), "insecure");
  assert.equal(missing({ isSecureContext: true, navigator: {} }), "none");
  assert.equal(missing({ isSecureContext: true, navigator: { mediaDevices } }), null);
  const names = {
    NotAllowedError: "refused",
    NotFoundError: "none",
    OverconstrainedError: "none",
    NotReadableError: "busy",
  };
  for (const [name, trouble] of Object.entries(names)) assert.equal(troubleOf(new DOMException("", name)), trouble);
  const bug = new TypeError("ours");
  assert.throws(() => troubleOf(bug), bug);
});

test("the last fifty scans are kept, the newest first and each code once", async () => {
  const db = storage();
  assert.deepEqual(await scansOf(db), []);
  const scan = (code, at) => ({ code, title: "", at });
  for (const [at, code] of ["a", "b", "a"].entries()) await note(db, scan(code, at));
  assert.deepEqual(await scansOf(db), [scan("a", 2), scan("b", 1)]);
  const many = Array.from({ length: 60 }, (_, at) => scan(String(at), at)).reduce((all, one) => noted(all, one), []);
  assert.deepEqual([many.length, many[0].code, many.at(-1).code], [50, "59", "10"]);
  await forget(db);
  assert.deepEqual(await scansOf(db), []);
});
