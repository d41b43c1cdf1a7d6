// The state of one open count or arrival. It is on disk from its first moment and after every scan, so that leaving,
// closing or losing power costs nothing.
import { computed, signal } from "@preact/signals";
import { coded } from "../data.js";
import { holdDraft, loadDraft, removeDraft, saveDraft, writeThrough } from "../drafts.js";
import { uuid7 } from "../ids.js";
import { eventsOf, goodsOf, STOCK } from "./events.js";
import { added, articleOf, changed, itemOf, restored, wantedIn, without } from "./lines.js";
import { questionsOf } from "./progress.js";
import { commitGoods } from "./saving.js";

/** @typedef {import("../types.js").Draft} Draft */
/** @typedef {import("../types.js").Goods} Goods */
/** @typedef {import("../types.js").GoodsLine} GoodsLine */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").StockEvent} StockEvent */
/** @typedef {import("../db.js").Storage} Storage */
/** @typedef {import("./progress.js").Row} Row */
/** @typedef {{db: Storage, readNow: (code: string) => import("../codes/symbology.js").Reading, now: () => number}} Place  readNow: a code as this shop reads it */
/** @typedef {{line: GoodsLine, again: boolean}} Last  again: this very thing was there already */

/** @param {string} id @param {Goods} goods @param {number} at @param {string} title @returns {Draft} */
const draftOf = (id, goods, at, title) => ({
  ...{ id, kind: STOCK, record: id, mode: goods.what, edits: false, values: {}, step: 0 },
  ...{ title, goods, started_at: at, at },
});

/** Begin one. @param {Pick<Place, "db" | "now">} place @param {Omit<Goods, "lines">} goods @param {string} title @returns {Promise<string>} the id of its draft */
export async function beginGoods({ db, now }, goods, title) {
  const id = uuid7(now());
  await saveDraft(db, draftOf(id, { ...goods, lines: [] }, now(), title));
  return id;
}

/** A fact holds numbers; what the articles are called stands among the products. @param {Goods} goods @returns {Promise<Goods>} */
async function named(goods) {
  const lines = [];
  for (const line of goods.lines) {
    const [product] = await coded([line.gtin, line.sku].filter(Boolean));
    lines.push(product ? { ...line, name: product.entry.title } : line);
  }
  return { ...goods, lines };
}

/** @param {Place} place @param {string} id  of a fact that was refused @returns {Promise<Draft | null>} */
async function refusedDraft({ db, now }, id) {
  /** @type {Operation | undefined} */
  const op = await db.read(["outbox"], (tx) => tx.objectStore("outbox").get(id));
  const event = /** @type {StockEvent | undefined} */ (op?.event);
  if (op?.kind !== STOCK || op.state !== "needs_you" || !event || event.data.corrects) return null;
  const goods = await named(goodsOf(event));
  const draft = { ...draftOf(id, goods, now(), op.title), id: `fix ${id}`, operation: id };
  await saveDraft(db, draft);
  return draft;
}

/**
 * Go on with one that was begun, or mend one that was refused.
 * @param {Place} place @param {string} id  of the draft, or of the refused fact
 * @returns {Promise<GoodsEntry | "gone" | "elsewhere">}
 */
export async function openGoods(place, id) {
  const { db } = place;
  const draft = (await loadDraft(db, id)) ?? (await loadDraft(db, `fix ${id}`)) ?? (await refusedDraft(place, id));
  if (!draft?.goods) return "gone";
  const release = await holdDraft(draft.id);
  return release ? new GoodsEntry(place, draft, draft.goods, release) : "elsewhere";
}

export class GoodsEntry {
  /** Scans come faster than they are looked up; they stay in their order. @type {Promise<unknown>} */
  #turn = Promise.resolve();
  #ended = false;

  /** @param {Place} place @param {Draft} draft @param {Goods} goods @param {() => void} release */
  constructor(place, draft, goods, release) {
    this.place = place;
    this.draft = draft;
    this.release = release;
    this.goods = signal(goods);
    /** What the delivery expects, and what has come of it; null where goods come without one. */
    this.rows = signal(/** @type {Row[] | null} */ (null));
    this.last = signal(/** @type {Last | null} */ (null));
    this.unsaved = signal(/** @type {unknown} */ (null));
    this.questions = computed(() =>
      this.rows.value ? questionsOf(this.goods.value.lines, this.rows.value) : new Map(),
    );
    /** Those that nobody has answered. */
    this.open = computed(() =>
      this.goods.value.lines.filter(({ key, mark }) => this.questions.value.has(key) && !mark),
    );
    this.writer = writeThrough((/** @type {Draft} */ value) => saveDraft(place.db, value));
  }

  get what() {
    return this.goods.value.what;
  }

  /** @param {Partial<Goods>} change */
  async put(change) {
    if (this.#ended) return;
    this.goods.value = { ...this.goods.value, ...change };
    this.draft = { ...this.draft, goods: this.goods.value, at: this.place.now() };
    try {
      await this.writer.put(this.draft);
      this.unsaved.value = null;
    } catch (error) {
      // The lines are still on the screen; the next scan tries again, and the person is told meanwhile.
      this.unsaved.value = error;
    }
  }

  /** A code has come in, whichever way. @param {string} code @returns {Promise<Last>} once it is a line */
  scan(code) {
    const mine = this.#turn.then(() => this.#take(code));
    this.#turn = mine.catch(() => undefined); // whoever scanned hears of the fault
    return mine;
  }

  /** @param {string} code @returns {Promise<Last>} */
  async #take(code) {
    const { readNow, now } = this.place;
    const reading = readNow(code);
    const products = reading.fault ? [] : await coded(wantedIn(reading));
    const { lines, line, again } = added(this.goods.value.lines, itemOf(code, reading, products, now()));
    this.last.value = { line: this.#named(line), again };
    await this.put({ lines: lines.map((each) => (each.key === line.key ? this.#named(each) : each)), review: false });
    return this.last.value;
  }

  /** The delivery may know an article that is not among the products. @param {GoodsLine} line @returns {GoodsLine} */
  #named(line) {
    const row = line.name
      ? null
      : this.rows.value?.find((each) => articleOf(each) === articleOf(line) || (each.sku && each.sku === line.sku));
    if (!row) return line;
    const { code, ...known } = line;
    return { ...known, name: row.name };
  }

  /** @param {string} key @param {Partial<GoodsLine>} change */
  change(key, change) {
    return this.put({ lines: changed(this.goods.value.lines, key, change) });
  }

  /** Take a line away. @param {string} key @returns {() => Promise<void>} brings it back */
  drop(key) {
    const { lines } = this.goods.value;
    void this.put({ lines: without(lines, key) });
    return () => this.put({ lines: restored(this.goods.value.lines, lines, key) });
  }

  /** Count an article once more, from nothing. @param {string} article @returns {Promise<void>} */
  recount(article) {
    const isIt = (/** @type {GoodsLine} */ line) => articleOf(line) === article;
    const { lines } = this.goods.value;
    const emptied = lines.map((line) => (isIt(line) ? { ...line, quantity: "0", serials: [], again: true } : line));
    return this.put({ lines: [...emptied.filter(isIt), ...emptied.filter((line) => !isIt(line))], review: false });
  }

  /** The lines as they are told: what was asked about and taken in is marked. */
  get #told() {
    return this.goods.value.lines.map(({ mark, ...line }) => {
      const question = this.questions.value.get(line.key);
      const kept = this.rows.value ? mark && question?.mark : mark;
      return kept ? { ...line, mark: kept } : line;
    });
  }

  /** Are there any lines that say something? */
  get isEmpty() {
    const { what, lines } = this.goods.value;
    return what === "count" ? lines.length === 0 : lines.every(({ quantity }) => quantity === "0");
  }

  /** Put it on disk for good. @returns {Promise<"saved" | "already" | "gone">} */
  async save() {
    await this.#turn;
    await this.writer.idle();
    const { db, now } = this.place;
    const { draft } = this;
    const world = { ids: () => uuid7(now()), now: now() };
    const events = eventsOf({ ...this.goods.value, lines: this.#told }, draft.record, world);
    const result = await commitGoods(db, { draft, events, title: draft.title ?? "", now: now() });
    this.#ended = true;
    return result;
  }

  /** Let go of everything that was entered. @returns {Promise<() => Promise<void>>} brings it back as a draft */
  async discard() {
    await this.#turn;
    await this.writer.idle();
    this.#ended = true;
    const { db } = this.place;
    await removeDraft(db, this.draft.id);
    return async () => {
      await saveDraft(db, this.draft);
    };
  }

  /** It is left: what was entered stays as a draft. */
  async close() {
    await this.#turn;
    await this.writer.idle();
    this.release();
  }
}
