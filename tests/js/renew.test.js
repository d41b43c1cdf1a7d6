// A session that has ended: a paired phone signs in again and asks once more; everybody else is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi, Failure } from "../../static/app/api.js";

const ENDED = { status: 401, body: { code: "not_signed_in" } };
const GOOD = { status: 200, body: { fine: true } };

/** @param {import("node:test").TestContext} context @param {{status: number, body: object}[]} answers @param {() => Promise<boolean>} [renew] */
function connected(context, answers, renew) {
  /** @type {any[]} */
  const asked = [];
  context.mock.method(globalThis, "fetch", async (/** @type {string} */ path, /** @type {RequestInit} */ init) => {
    asked.push([init.method, path, init.body]);
    const { status, body } = answers.shift() ?? GOOD;
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
  return { asked, call: createApi({ language: () => "en", now: () => 0, ...(renew && { renew }) }) };
}

test("the request goes out again as it was, once the phone has signed in by itself", async (context) => {
  const { asked, call } = connected(context, [ENDED], async () => true);
  assert.deepEqual(await call("/push", { method: "POST", body: { one: 1 } }), { fine: true });
  assert.deepEqual(asked, [
    ["POST", "/push", '{"one":1}'],
    ["POST", "/push", '{"one":1}'],
  ]);
});

test("a second refusal is the last word", async (context) => {
  const { asked, call } = connected(context, [ENDED, ENDED], async () => true);
  await assert.rejects(call("/pull"), (error) => error instanceof Failure && error.kind === "sign_in");
  assert.equal(asked.length, 2);
});

test("without a key the refusal stands", async (context) => {
  const { asked, call } = connected(context, [ENDED]);
  await assert.rejects(call("/pull"), (error) => error instanceof Failure && error.kind === "sign_in");
  assert.equal(asked.length, 1);
});

test("why the key is worth nothing is what the person is told", async (context) => {
  const retired = new Failure("sign_in", { status: 401, problem: { code: "phone_retired" } });
  const { call } = connected(context, [ENDED], () => Promise.reject(retired));
  await assert.rejects(call("/pull"), retired);
});

test("what signing in asks on its way leads back to nothing, and a wrong password is no ended session", async (context) => {
  const never = () => assert.fail("nothing to renew");
  const wrong = { status: 401, body: { code: "credentials_wrong" } };
  const { call } = connected(context, [ENDED, wrong], never);
  await assert.rejects(call("/challenge", { last: true }), Failure);
  await assert.rejects(call("/session"), (error) => error instanceof Failure && error.kind === "refused");
});
