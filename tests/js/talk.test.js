// Questions and answers between two threads, over a real message channel.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Asking, answer, Refused } from "../../static/app/talk.js";

const channels = [];
after(() => {
  for (const { port1, port2 } of channels) {
    port1.close();
    port2.close();
  }
});

function pair(answers) {
  const channel = new MessageChannel();
  channels.push(channel);
  const news = [];
  answer(channel.port2, answers);
  return { asking: new Asking(channel.port1, (each) => news.push(each)), news, far: channel.port2 };
}

test("each question gets its own answer, whichever is ready first", async () => {
  const waiting = [];
  const { asking } = pair({
    slow: (word) => new Promise((resolve) => waiting.push(() => resolve(word))),
    quick: (a, b) => a + b,
  });
  const slow = asking.ask("slow", "late");
  assert.equal(await asking.ask("quick", 2, 3), 5);
  waiting[0]();
  assert.equal(await slow, "late");
});

test("a fault comes back under its name", async () => {
  class StorageLost extends Error {
    name = "StorageLost";
  }
  const { asking } = pair({
    fail: () => {
      throw new StorageLost("gone");
    },
  });
  await assert.rejects(
    asking.ask("fail"),
    (error) => error instanceof Refused && error.name === "StorageLost" && error.message === "gone",
  );
});

test("news comes between answers and is nobody's answer", async () => {
  const { asking, news, far } = pair({ hello: () => "hello" });
  far.postMessage({ news: { changed: true } });
  assert.equal(await asking.ask("hello"), "hello");
  assert.deepEqual(news, [{ changed: true }]);
});

test("when the other side is lost, whoever waits is told, and so is whoever asks later", async () => {
  const { asking } = pair({ never: () => new Promise(() => undefined) });
  const waiting = asking.ask("never");
  asking.lose(new RangeError("gone"));
  await assert.rejects(waiting, RangeError);
  await assert.rejects(asking.ask("never"), RangeError);
});
