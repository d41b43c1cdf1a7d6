// What takes two people: the console asks for the password once, and sends what it wanted to send again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, Problem, post } from "../../static/console/api.js";

const answer = (/** @type {number} */ status, /** @type {object} */ body) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const NEEDED = { code: "password_needed", detail: "Enter your password again." };

/** A gateway that wants the password before anything else; what it was sent. */
function gateway(context) {
  const before = globalThis.fetch;
  context.after(() => {
    globalThis.fetch = before;
  });
  const state = { proven: false, sent: /** @type {string[]} */ ([]) };
  globalThis.fetch = async (path, { body }) => {
    state.sent.push(`${path} ${body}`);
    return state.proven ? answer(200, { state: "approved" }) : answer(403, NEEDED);
  };
  return state;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("once the password was given, the same is sent again", async (context) => {
  const state = gateway(context);
  const done = post("/api/v1/approvals/1", { decision: "approve", hash: "h" });
  while (!asked.value) await turn();
  state.proven = true;
  asked.value(true);
  assert.deepEqual(await done, { state: "approved" });
  assert.equal(state.sent.length, 2);
  assert.equal(state.sent[0], state.sent[1]);
  assert.equal(asked.value, null);
});

test("whoever would rather not is told why nothing happened", async (context) => {
  gateway(context);
  const done = post("/api/v1/approvals/1", {});
  while (!asked.value) await turn();
  asked.value(false);
  await assert.rejects(done, (error) => error instanceof Problem && error.code === "password_needed");
});

test("several that wait are one question", async (context) => {
  const state = gateway(context);
  const all = [post("/api/v1/approvals/1", {}), post("/api/v1/approvals/2", {})];
  while (state.sent.length < 2 || !asked.value) await turn();
  await turn();
  state.proven = true;
  asked.value(true);
  assert.equal((await Promise.all(all)).length, 2);
});
