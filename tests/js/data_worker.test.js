// The data worker as a whole, in a thread of its own: it opens, fetches, finds, hands over, and says what is wrong.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { Worker } from "node:worker_threads";
import { Asking } from "../../static/app/talk.js";
import { KEY, NOW, PHONE, record } from "./cast.js";

const open = [];
after(async () => {
  for (const end of open) await end();
});

const KINDS = [
  { name: "customer", version: "1", labels: {}, steps: [], fields: [{ name: "phone", type: "phone", labels: {} }] },
];
const ABOUT = { server_time: new Date(NOW).toISOString(), protocol: 1 };
const page = (upserts, more) => ({
  upserts,
  tombstones: [],
  removed: [],
  cursor: "e.1",
  more: false,
  complete: true,
  ...ABOUT,
  ...more,
});
const SESSION = { user: { name: "mira" }, gateway: { name: "Lindenhof" } };
const shop = (id, legal_name, more) =>
  record({ id, number: `W1-${id}`, data: { legal_name, phone: "+49301234567" }, ...more });

/** A gateway of answers by path, and a worker that talks with it. */
async function started(answers, resting = 0) {
  const seen = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    seen.push(url.pathname);
    const answer = answers[url.pathname]?.(url.searchParams) ?? SESSION;
    const status = answer.status ?? 200;
    const type = status < 400 ? "application/json" : "application/problem+json";
    response.writeHead(status, { "Content-Type": type }).end(JSON.stringify(answer));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const worker = new Worker(new URL("./thread.js", import.meta.url), { workerData: { origin, headers: {} } });
  open.push(async () => {
    server.closeAllConnections();
    server.close();
    await worker.terminate();
  });
  const port = { postMessage: (message) => worker.postMessage(message), onmessage: null };
  worker.on("message", (data) => port.onmessage({ data }));
  const news = [];
  const waiting = new Set();
  const asking = new Asking(port, (one) => {
    news.push(one);
    for (const look of waiting) look();
  });
  /** Resolves when the worker has told something that fits. */
  const heard = (fits) =>
    new Promise((resolve) => {
      const look = () => {
        if (!news.some(fits)) return;
        waiting.delete(look);
        resolve(news.find(fits));
      };
      waiting.add(look);
      look();
    });
  await asking.ask("open", { name: "waystation mira", device: PHONE, key: KEY, resting, language: "en", build: "b1" });
  return { asking, heard, seen, news };
}

const settled = ({ status }) => Boolean(status);

test("a first visit reads the declarations, then everybody, and finds them", async () => {
  const pages = {
    "": page([shop("a", "Corner")], { more: true, complete: false }),
    "e.1": page([shop("b", "Bakery")], { cursor: "e.2" }),
  };
  const { asking, heard, seen } = await started({
    "/api/v1/kinds": () => ({ kinds: KINDS }),
    "/api/v1/pull": (query) => pages[query.get("cursor")],
  });
  const { status } = await heard(settled);
  assert.deepEqual([status.link, status.current], ["online", true]);
  const paths = ["kinds", "session", "visits/form", "pull", "pull"].map((name) => `/api/v1/${name}`);
  assert.deepEqual(seen.slice(0, 5), paths);
  assert.deepEqual((await heard(({ account }) => account)).account, SESSION);
  const { entries, all } = await asking.ask("find", "customer", "4567 bak", 9);
  assert.deepEqual([all, entries.map(({ title }) => title)], [2, ["Bakery"]]);
  assert.deepEqual(
    (await asking.ask("named", "customer", ["a", "z"])).map(({ number }) => number),
    ["W1-a"],
  );
});

test("records that may be the one in a form come with their values", async () => {
  const { asking, heard } = await started({
    "/api/v1/kinds": () => ({ kinds: KINDS }),
    "/api/v1/pull": () => page([shop("a", "Corner Cafe"), shop("b", "Bakery", { data: { legal_name: "Bakery" } })]),
  });
  await heard(settled);
  const found = await asking.ask("likely", "customer", { exact: ["1234567"], names: [] }, "own");
  assert.deepEqual(
    found.map(({ entry, data }) => [entry.title, data.phone]),
    [["Corner Cafe", "+49301234567"]],
  );
});

test("a refused session is told, and a sign-in brings what was missing", async () => {
  let signedIn = false;
  const refused = { status: 401, code: "not_signed_in" };
  const { asking, heard } = await started({
    "/api/v1/kinds": () => (signedIn ? { kinds: KINDS } : refused),
    "/api/v1/session": () => (signedIn ? SESSION : refused),
    "/api/v1/pull": () => (signedIn ? page([shop("a", "Corner")]) : refused),
  });
  assert.equal((await heard(settled)).status.link, "signed_out");
  signedIn = true;
  await asking.ask("wake", "signed_in", { language: "en", build: "b1" });
  await heard(({ status }) => status?.link === "online");
  await heard(({ kinds }) => kinds);
  assert.equal((await asking.ask("find", "customer", "corner", 9)).all, 1);
});

test("a copy that rests is listed when the gateway was heard again", async () => {
  let reached = false;
  const { asking, heard } = await started(
    {
      "/api/v1/kinds": () => ({ kinds: KINDS }),
      "/api/v1/pull": () => (reached ? page([shop("a", "Corner")]) : { status: 503, code: "busy" }),
    },
    NOW,
  );
  await heard(settled);
  reached = true;
  await asking.ask("wake", "tap", { language: "en", build: "b1" });
  await heard(({ status }) => status?.link === "online");
  assert.equal((await asking.ask("find", "customer", "", 9)).all, 1);
});
