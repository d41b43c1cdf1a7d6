// The list of records in the worker's memory: a line each, read from the storage at the start and kept in step with it
// row by row. Lines of records that this phone has edited are made anew with the edits laid over.
import { byDue, keeps } from "./narrowing.js";
import { allOperations } from "./outbox.js";
import { allLines, rowAt, spellingsOf } from "./packs.js";
import { narrows, search } from "./search.js";
import { stageOf } from "./stages.js";
import { marksOf, searchLine, subtitleOf, titleOf } from "./summary.js";

/** @typedef {import("./types.js").Found} Found */
/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Line} Line */
/** @typedef {import("./types.js").Narrowing} Narrowing */
/** @typedef {import("./types.js").GatewayRecord} GatewayRecord */
/** @typedef {import("./types.js").KindSchema} KindSchema */
/** @typedef {import("./types.js").OwnRow} OwnRow */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./packs.js").Key} Key */
/** @typedef {import("./sealing.js").Seal} Seal */

/** How lines are made; another number makes all of them anew. */
const MAKE = 4;

/** Where the beginning of the longest list is kept, and how much of it. */
const GLIMPSE = { kind: "customer", first: "glimpse" };
const GLIMPSED = 30;

/** @param {Key} key */
const nameOf = ({ kind, id }) => `${kind} ${id}`;

/** @param {Operation[]} ops @returns {Map<string, Operation[]>} */
function byRecord(ops) {
  /** @type {Map<string, Operation[]>} */
  const groups = new Map();
  for (const op of ops) groups.set(op.record, [...(groups.get(op.record) ?? []), op]);
  return groups;
}

/** @param {Line} a @param {Line} b */
const byLine = (a, b) => (a.line < b.line ? -1 : a.line > b.line ? 1 : 0);

/** Two lists in order, in one; a whole list is not sorted again for a few new lines. @param {Line[]} left @param {Line[]} right */
function merged(left, right) {
  const all = [];
  let at = 0;
  for (const line of right) {
    while (at < left.length && byLine(/** @type {Line} */ (left[at]), line) <= 0)
      all.push(/** @type {Line} */ (left[at++]));
    all.push(line);
  }
  while (at < left.length) all.push(/** @type {Line} */ (left[at++]));
  return all;
}

/** A line without what only finding needs. @param {Line} found @returns {Entry} */
const shown = ({ line, own, ...entry }) => entry;

/** Only a first visit that was cut off has none: the app is not whole on this phone yet. */
async function ear() {
  try {
    return new (await import("./sounds.js")).Ear();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}

export class Catalog {
  /** @type {KindSchema[]} */
  #kinds = [];
  /** @type {Map<string, Line>} */
  #lines = new Map();
  /** @type {Map<string, Line[]>} */
  #sorted = new Map();
  /** What has changed since then, by kind. @type {Map<string, Set<string>>} */
  #touched = new Map();
  /** Lines that were just written, by their rows: nobody makes them twice. @type {WeakMap<GatewayRecord, Line>} */
  #made = new WeakMap();

  /** For names that the gateway has not spelled yet. @type {import("./sounds.js").Ear | undefined} */
  #ear;

  /** Everybody that the last search found in a list. @type {{list: Line[], query: string, all: Line[]} | null} */
  #found = null;

  /** How the longest list began last time; shown until all of it is read. @type {Found | null} */
  #glimpse = null;
  #glimpsed = "";

  /** @param {Storage} db */
  constructor(db) {
    this.db = db;
  }

  /** The line of a record as the gateway sent it. @param {GatewayRecord} record @returns {Line} */
  lineOf = (record) => {
    const known = this.#made.get(record) ?? this.#line(record, undefined, []);
    this.#made.set(record, known);
    return known;
  };

  /** @param {GatewayRecord | undefined} record @param {OwnRow | undefined} own @param {Operation[]} ops */
  #of(record, own, ops) {
    return record && !own && ops.length === 0 ? this.lineOf(record) : this.#line(record, own, ops);
  }

  /** @param {GatewayRecord | undefined} record @param {OwnRow | undefined} own @param {Operation[]} ops @returns {Line} */
  #line(record, own, ops) {
    const { kind, id, data } = /** @type {GatewayRecord | OwnRow} */ (own ?? record);
    const schema = this.#kinds.find(({ name }) => name === kind);
    const reference = own?.reference || ops.find((op) => op.reference)?.reference || "";
    const number = record?.number ?? ops.find((op) => op.number)?.number ?? reference;
    const others = record?.aliases?.map((alias) => alias.number) ?? [];
    const marks = marksOf(schema, data);
    const words = searchLine(schema, data, [number, reference, ...others]);
    const spoken = record?.spellings ?? (own && this.#ear)?.sounds(words, this.#lines.values());
    const sounds = spoken ? `\n${spoken}` : "";
    const stopped = ops.length || record?.conflicts || record?.stage === "rejected";
    return {
      id,
      kind,
      title: titleOf(data),
      subtitle: subtitleOf(schema, data),
      number,
      line: words + sounds,
      own: words.length + 1,
      state: stopped ? stageOf(record, ops) : (record?.stage ?? "saved"),
      ...(marks && { marks }),
    };
  }

  /** What stored lines were made by. */
  get #rules() {
    return [MAKE, ...this.#kinds.map(({ name, version }) => `${name} ${version}`)].join("\n");
  }

  /** Have something to show before everything is read. */
  async recall() {
    const row = await this.db.get("glimpse");
    if (!row) return;
    const { found } = await /** @type {Seal} */ (this.db.seal).open("lines", row);
    this.#glimpse = found;
    this.#glimpsed = JSON.stringify(found);
  }

  /** Keep how the list begins for the next start. */
  async remember() {
    const found = this.find(GLIMPSE.kind, "", GLIMPSED);
    const text = JSON.stringify(found);
    if (text === this.#glimpsed) return;
    this.#glimpsed = text;
    await this.db.set("glimpse", await /** @type {Seal} */ (this.db.seal).close("lines", { ...GLIMPSE, found }));
  }

  /** Read everything once. @param {KindSchema[]} kinds */
  async load(kinds) {
    this.#kinds = kinds;
    this.#made = new WeakMap();
    if ((await this.db.get("lines_made_by")) !== this.#rules) {
      const { rewriteLines } = await import("./upkeep.js");
      await rewriteLines(this.db, this.lineOf);
      await this.db.set("lines_made_by", this.#rules);
    }
    const lines = await allLines(this.db);
    this.#lines = new Map(lines.map((line) => [nameOf(line), line]));
    this.#sorted.clear();
    this.#touched.clear();
    await this.refresh((await allOperations(this.db)).map(({ kind, record }) => ({ kind, id: record })));
    this.#glimpse = null;
  }

  /**
   * Take in what changed.
   * @param {readonly Key[]} changed
   * @param {readonly GatewayRecord[]} [arrived]  records at hand, which need not be read again
   */
  async refresh(changed, arrived = []) {
    if (changed.length === 0) return;
    const records = new Map(arrived.map((record) => [nameOf(record), record]));
    const ids = new Set(changed.map(({ id }) => id));
    const own = new Map(
      (await this.db.all("own", { where: ({ id }) => ids.has(id) })).map((row) => [nameOf(row), row]),
    );
    const ops = byRecord(await this.db.all("outbox", { where: ({ record }) => ids.has(record) }));
    if (own.size) this.#ear ??= await ear();
    await this.db.read(["packs"], async (tx) => {
      for (const key of changed) {
        const record = records.get(nameOf(key)) ?? this.#spelt(await rowAt(tx, key.kind, key.id));
        const row = own.get(nameOf(key));
        this.#place(key, record || row ? this.#of(record, row, ops.get(key.id) ?? []) : null);
      }
    });
  }

  /** A stored record has its spellings in its line. @param {GatewayRecord | undefined} record @returns {GatewayRecord | undefined} */
  #spelt(record) {
    const spellings = record && spellingsOf(this.#lines.get(nameOf(record)));
    return record && spellings ? { ...record, spellings } : record;
  }

  /** @param {Key} key @param {Line | null} line */
  #place(key, line) {
    if (line) this.#lines.set(nameOf(key), line);
    else this.#lines.delete(nameOf(key));
    const touched = this.#touched.get(key.kind) ?? new Set();
    this.#touched.set(key.kind, touched.add(key.id));
  }

  /** All lines of a kind by name. @param {string} kind @returns {Line[]} */
  listed(kind) {
    const touched = this.#touched.get(kind) ?? new Set();
    let list = this.#sorted.get(kind);
    if (list && touched.size === 0) return list;
    if (list) {
      const fresh = [...touched].flatMap((id) => this.#lines.get(nameOf({ kind, id })) ?? []).sort(byLine);
      list = merged(
        list.filter(({ id }) => !touched.has(id)),
        fresh,
      );
    } else list = [...this.#lines.values()].filter((line) => line.kind === kind).sort(byLine);
    this.#sorted.set(kind, list);
    this.#touched.delete(kind);
    return list;
  }

  /**
   * @param {string} kind @param {string} query  empty for everybody @param {number} limit @param {Narrowing} [how]
   * @returns {Found}
   */
  find(kind, query, limit, how) {
    if (this.#glimpse && kind === GLIMPSE.kind && !query.trim() && !how) {
      const { entries, more } = this.#glimpse;
      return { ...this.#glimpse, entries: entries.slice(0, limit), more: more || entries.length > limit };
    }
    const all = this.listed(kind);
    const kept = how ? all.filter(keeps(how)) : all;
    if (how?.byDue) kept.sort(byDue);
    const { found, more } = query.trim()
      ? this.#search(kept, query, limit, !how?.byDue)
      : { found: kept.slice(0, limit), more: kept.length > limit };
    return { entries: found.map((line) => this.#told(line)), more, kept: kept.length, all: all.length };
  }

  /** With a letter more it looks only where the search before it found something. @param {Line[]} list @param {string} query @param {number} limit @param {boolean} byName */
  #search(list, query, limit, byName) {
    const last = this.#found;
    const among = last?.list === list && narrows(last.query, query) ? last.all : list;
    const answer = search(among, query, limit, byName);
    this.#found = answer.all && { list, query, all: answer.all };
    return answer;
  }

  /** A line as it is shown, with the name of what it is about. @param {Line} line @returns {Entry} */
  #told(line) {
    const id = line.marks?.customer;
    const about = id && this.#lines.get(nameOf({ kind: "customer", id }))?.title;
    return about ? { ...shown(line), about } : shown(line);
  }

  /** Those that are known. @param {string} kind @param {string[]} ids @returns {Entry[]} */
  named(kind, ids) {
    return ids.flatMap((id) => this.#lines.get(nameOf({ kind, id })) ?? []).map((line) => this.#told(line));
  }
}
