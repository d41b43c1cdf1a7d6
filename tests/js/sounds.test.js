// How Chinese sounds, learnt from names that the gateway has spelled.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ear, syllables } from "../../static/app/sounds.js";

const line = (/** @type {string} */ words, /** @type {string} */ spellings) =>
  /** @type {any} */ ({ line: `${words}\n${spellings}`, own: words.length + 1 });

test("a sound is cut by its initials, and not at all where there are two ways", () => {
  assert.deepEqual(syllables("changanqiche", "caqc"), ["chang", "an", "qi", "che"]);
  assert.deepEqual(syllables("lvxian", "lxa"), ["lv", "xi", "an"]);
  assert.deepEqual(syllables("huaxinkeji", "hxkj"), ["hua", "xin", "ke", "ji"]);
  assert.equal(syllables("huaxin", "hk"), null);
  assert.equal(syllables("", "h"), null);
});

const LINES = [
  line("上海银行\nw1-c1", "上海銀行\nshanghaiyinhang\nshyh"),
  line("北京东方\n华新\nw1-c2", "beijingdongfang\nbjdf\nhuaxin\nhx"),
  line("行者\nw1-c3", "xingzhe\nxz"),
  line("商行\nw1-c4", "shanghang\nsh"),
  /** @type {any} */ ({ line: "corner", own: 7 }),
];

test("characters are learnt from the names they stand in, the usual sound of each", () => {
  const ear = new Ear();
  assert.equal(ear.sounds("上海华新银行\np-a1b2-0001", LINES), "shanghaihuaxinyinhang\nshhxyh");
  assert.equal(ear.sounds("corner\n12", LINES), "");
  assert.equal(ear.sounds("上海鑫北京", LINES), "shanghai\nsh\nbeijing\nbj", "a character that nobody has entered");
  assert.equal(ear.sounds("鑫", LINES), "");
});

test("in fifty thousand names a few characters are heard between two keys", () => {
  const lines = Array.from({ length: 50_000 }, (_, at) =>
    line(`北京东方华新${at}\n上海银行\nw1-c${at}`, "beijingdongfanghuaxin\nbjdfhx\nshanghaiyinhang\nshyh"),
  );
  const ear = new Ear();
  const began = performance.now();
  assert.equal(ear.sounds("上海鑫行", lines), "shanghai\nsh");
  assert.ok(performance.now() - began < 2_000, `${performance.now() - began} ms`);
});
