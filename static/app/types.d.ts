// What travels between the gateway and this app, and what the phone keeps, shape by shape.
import type { ComponentChildren } from "preact";

export type Labels = Record<string, string>;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Data = { [key: string]: Json };
export type Children = ComponentChildren;

export interface FieldRules {
  max_length?: number;
  min?: number;
  max?: number;
  choices?: { value: string; labels: Labels }[];
  country_field?: string;
  items?: string;
  /** The field that decides whether this one exists, and the values of it with which it does. */
  when?: string[];
  /** Fields beside it that have to be filled with it. */
  needs?: string[];
  /** No day to come. */
  past?: boolean;
  /** Part of an address whose names are offered: region, city or district. */
  place?: string;
  /** The kind of the record that a reference names. */
  to?: string;
  /** What a postal code looks like, by country. */
  patterns?: Record<string, string>;
  /** The only elements a group may have. */
  keys?: { value: string; labels: Labels }[];
  one_of?: { fields: string[]; code: string }[];
  single?: { field: string; value: string; code: string }[];
}

export interface FieldSchema {
  name: string;
  type: string;
  labels: Labels;
  class?: string;
  policy?: string;
  required?: boolean;
  writable?: boolean;
  /** A change may wait for a second person. */
  guarded?: boolean;
  /** Up to this value nobody else is needed; money in minor units of the shop's currency. */
  alone_up_to?: number;
  /** This person sees a hidden form of the value. */
  masked?: boolean;
  default?: Json;
  /** Seldom filled: it waits behind one more tap. */
  folded?: boolean;
  /** A scanner may type into it. */
  scannable?: boolean;
  /** What a single element of a group is called. */
  one?: Labels;
  rules?: FieldRules;
  fields?: FieldSchema[];
}

export interface StepSchema {
  name: string;
  labels: Labels;
  fields: (string | FieldSchema)[];
}

/** Something that two records are compared by; `levels` are likeness and bits, the best likeness first. */
export interface Trait {
  code: string;
  measure: string;
  fields: string[];
  levels: [number, number][];
  differs: number;
  decides?: boolean;
}

/** How a kind finds duplicates; `strong` and `weak` are probabilities. */
export interface Matching {
  prior: number;
  strong: number;
  weak: number;
  traits: Trait[];
}

/** Why two records look alike, or do not: `weight` in bits. */
export interface Reason {
  code: "same" | "alike" | "different";
  field: string;
  weight: number;
}

/** A record that may be the same as another; out of the person's scope `number` is null and `ask` says whom to ask. */
export interface Candidate {
  id: string;
  grade: "same" | "strong" | "weak";
  score: number;
  in_scope: boolean;
  number: string | null;
  title: string;
  ask: { territory: string; name: string } | null;
  reasons: Reason[];
}

export interface KindSchema {
  name: string;
  labels: Labels;
  steps: StepSchema[];
  fields: FieldSchema[];
  rules?: FieldRules;
  /** What is put in order beyond each field on its own, when a record is stored. */
  tidy?: string[];
  matching?: Matching;
  version: string;
}

/** A step with its fields looked up. */
export interface Step {
  name: string;
  labels: Labels;
  fields: FieldSchema[];
}

export interface FormStep extends Step {
  /** Shown, because they belong here, but not to be changed by this person. */
  locked: FieldSchema[];
}

export interface GatewayRecord {
  kind: string;
  id: string;
  version: number;
  number: string | null;
  data: Data;
  stage: string;
  stage_detail: string | null;
  updated_at: string;
  conflicts: number;
  /** Places in `data` whose values are hidden from this person. */
  masked?: string[];
  /** What waits for a second person beside the record. */
  proposals?: Proposal[];
  /** What was merged into it. */
  aliases?: { id: string; number: string }[];
  /** How its Chinese sounds and is written elsewhere, folded, a line each. */
  spellings?: string;
}

/** `field` is a path with dots, "credit_limit" or "bank_accounts.<id>". */
export interface Proposal {
  id: string;
  field: string;
  proposed: Json;
  by: string;
  at: string;
  expires_at: string;
  own: boolean;
}

/** A row in a pack; `generation` tells which snapshot saw it last. */
export interface ReplicaRow extends GatewayRecord {
  generation: number;
}

/** A row of the `own` store: the record as this phone's open edits make it. */
export interface OwnRow {
  id: string;
  kind: string;
  data: Data;
  reference: string;
  at: number;
}

export interface Problem {
  code: string;
  title?: string;
  detail?: string;
  status?: number;
  pointer?: string;
  params?: Record<string, string | number | boolean>;
  errors?: { code: string; detail?: string; pointer?: string }[];
}

export type OperationState = "waiting" | "sending" | "needs_you" | "conflict" | "done" | "aside";

/** What happened, as a CloudEvent of the type "visit.completed". */
export interface VisitEvent {
  specversion: "1.0";
  id: string;
  source: "visit";
  type: "visit.completed";
  data: {
    customer: string;
    check_in: string;
    check_out: string;
    outcome: string;
    note?: string;
    next_date?: string;
    files: string[];
  } & Whereabouts;
}

/** One line of a fact about goods; `code` is what was scanned where nobody knew it. */
export interface StockLine {
  quantity: string;
  gtin?: string;
  sku?: string;
  lot?: string;
  expiry?: string;
  unit?: string;
  code?: string;
  mark?: "unknown" | "unexpected" | "over";
}

/** What happened to goods, as a CloudEvent. */
export interface StockEvent {
  specversion: string;
  id: string;
  source: string;
  type: string;
  time: string;
  data: {
    lines: StockLine[];
    location: string;
    session?: string;
    document?: string;
    supplier?: string;
    blind?: boolean;
    /** Of a stock.reversed: the fact that does not hold. */
    corrects?: string;
    reason?: string;
  };
}

/** A line that is being counted or taken in. Numbers are "" where there are none. */
export interface GoodsLine {
  /** Article, lot, expiry date and unit. */
  key: string;
  gtin: string;
  sku: string;
  name: string;
  unit: string;
  lot: string;
  expiry: string;
  quantity: string;
  /** As it was read, where nobody knows the article. */
  code?: string;
  /** What somebody was asked about and took in all the same. */
  mark?: "unexpected" | "over";
  /** Of things that say their own. */
  serials: string[];
  warnings: string[];
  at: number;
  /** It is to be counted once more. */
  again?: boolean;
}

/** A count or an arrival that is under way. */
export interface Goods {
  what: "count" | "receive";
  location: string;
  /** What is expected is not shown while somebody counts. */
  blind: boolean;
  lines: GoodsLine[];
  /** What goods are taken in by; of one that the phone does not have, only the number. */
  delivery?: { id: string; number: string; supplier: string };
  /** Of one that was refused: what it was part of, and when it was told first. */
  told?: { session: string; time: string };
  /** The end of it is being looked at. */
  review?: boolean;
}

/** Where a phone was, or why it does not know: exactly one of the two. Degrees are decimal text, accuracy in metres. */
export interface Whereabouts {
  position?: { latitude: string; longitude: string; accuracy_m: number };
  position_missing?: "denied" | "unavailable" | "timeout" | "unsupported";
}

/** A row of the `outbox` store; of a fact, `kind` is what it is and `record` its own id. */
export interface Operation {
  id: string;
  /** The life of the storage it was made in, where that is another phone's or an earlier one of this. */
  epoch?: string;
  origin_seq: number;
  type: "record.create" | "record.edit" | "fact";
  kind: string;
  record: string;
  /** The customer that a visit or a task is about. */
  about?: string;
  /** Of a fact; it stays for as long as the story does. */
  event?: VisitEvent | StockEvent;
  title: string;
  reference: string;
  base_version?: number;
  base_op?: string;
  /** The record before this edit, kept until the edit is settled, so that a correction is a patch of the same base. */
  before?: Data;
  data?: Data;
  patch?: Data;
  at: string;
  saved_at: number;
  revision: number;
  depends_on: string[];
  state: OperationState;
  /** True once the gateway has given a result for this revision. */
  answered: boolean;
  tries: number;
  tried_at?: number;
  next_at?: number;
  blocked_by?: string;
  problem?: Problem;
  number?: string;
  done_at?: number;
  /** What it was before a person withdrew it. */
  aside_from?: "waiting" | "needs_you";
  /** When a gateway's clock first saw it settled: from then on it is kept for 30 days, Unix ms. */
  kept_from?: number;
  /** What the ERP said about the record after this operation arrived. */
  erp_stage?: string;
  erp_detail?: string;
  /** For whoever has to confirm a part of it. */
  reason?: string;
  /** Records that look like it, and are others: somebody has said so. */
  not_duplicate_of?: string[];
  /** What of it waited for a second person when it arrived. */
  proposals?: string[];
  /** Where a value that ranks higher stayed. */
  kept_out?: string[];
}

export interface PushResult {
  id: string;
  status: string;
  record?: GatewayRecord;
  problem?: Problem;
  blocked_by?: string;
  result?: string;
  /** What of it waits for a second person. */
  proposals?: string[];
  /** Where a value that ranks higher stays. */
  kept_out?: string[];
}

export interface PullPage {
  upserts: GatewayRecord[];
  tombstones: { kind: string; id: string }[];
  removed: { kind: string; id: string }[];
  cursor: string;
  more: boolean;
  complete: boolean;
  checksum?: Record<string, { count: number; hash: string }>;
  /** Other phones of this person that said they still hold something. */
  left?: Left[];
  /** The life of the gateway's database. */
  epoch?: string;
  server_time: string;
  protocol: number;
}

export type Value = string | boolean | string[] | { [element: string]: Values } | Values;
/** What stands in the controls of a form, as typed. */
export type Values = { [field: string]: Value };

/** A row of the `drafts` store. */
export interface Draft {
  id: string;
  kind: string;
  record: string;
  mode: "create" | "edit" | "fix" | "visit" | "count" | "receive";
  /** Of a count or an arrival. */
  goods?: Goods;
  /** The customer that a visit is to, and its name when it began. */
  about?: string;
  title?: string;
  whereabouts?: Whereabouts;
  /** The form is about a record that exists already. */
  edits: boolean;
  /** The operation that is being corrected, for mode "fix". */
  operation?: string;
  values: Values;
  step: number;
  /** What a new record was begun with, beside the defaults of its kind. */
  starts?: Values;
  /** What the person saw when the form was opened: the base of the patch. */
  base?: { version: number; data: Data };
  /** For whoever has to confirm a part of it. */
  reason?: string;
  /** Records that look like it, and are others: somebody has said so. */
  not_duplicate_of?: string[];
  started_at: number;
  at: number;
}

export interface Finding {
  path: string[];
  code: string;
  params: Record<string, string | number>;
  /** The gateway's own sentence, where it was the one to object. */
  detail?: string;
}

export interface User {
  id: string;
  name: string;
  role: string;
  territory: string;
  language: string;
}

export interface Gateway {
  name: string;
  epoch: string;
  country: string;
  currency: string;
  build: string;
  /** Codes that the shop has made up itself: a name and a pattern each; an account remembered by an older app has none. */
  codes?: string[];
  /** How phones are locked; an account remembered by an older app does not know. */
  phone?: { unlock: "required" | "offered" | "off"; lock_after_min: number; lease_days: number };
}

export interface Account {
  user: User;
  gateway: Gateway;
  /** The phone was retired: it hands over what it holds, and then empties itself. */
  leaving?: import("./orders.js").Order;
}

/** A row of the `files` store: a photo as it travels. `id` is its SHA-256 in hexadecimal. */
export interface StoredFile {
  id: string;
  bytes: ArrayBuffer;
}

export type AttachedState = "draft" | "waiting" | "refused" | "aside" | "done";

/** A row of the `attached` store: what a file belongs to and how far it has come there. */
export interface Attached {
  file: string;
  record: string;
  kind: "customer" | "visit";
  customer: string;
  purpose: "photo" | "card";
  type: string;
  size: number;
  /** A small picture for lists, JPEG. */
  thumb: ArrayBuffer;
  at: number;
  state: AttachedState;
  /** Bytes that the gateway has confirmed. */
  received: number;
  /** Operations that must have arrived before it goes. */
  needs: string[];
  tries: number;
  next_at?: number;
  problem?: Problem;
  done_at?: number;
}

/** A visit, a sale or a task as the gateway tells it. */
export interface Dealing {
  type: string;
  id: string;
  at: string;
  by: string;
  number: string;
  data: Data;
  masked: string[];
}

/** A file of a customer or of one of its visits as the gateway tells it. */
export interface FileView {
  id: string;
  type: string;
  size: number;
  purpose: string;
  kind: string;
  record: string;
  at: string;
}

/** What the gateway told of a customer, and when. */
export interface Story {
  at: number;
  dealings: Dealing[];
  files: FileView[];
}

export interface Outcome {
  value: string;
  labels: Labels;
}

export interface Tally {
  /** Photos that have not arrived. */
  photos?: number;
  waiting: number;
  needsYou: number;
  conflicts: number;
  oldest: number | null;
}

/** What the gateway's last answer, or its silence, says about the way to it. */
export type Link = "unknown" | "online" | "offline" | "captive" | "busy" | "signed_out" | "refused" | "update";

export interface Left {
  device: string;
  last_seen_at: string;
  unsent: number;
}

export interface Exchange {
  at: number;
  count: number;
}

/** A row of the list. */
export interface Entry {
  id: string;
  kind: string;
  title: string;
  subtitle: string;
  number: string;
  state: string;
  marks?: Marks;
  /** What the record that it is about is called. */
  about?: string;
}

/** What a list is narrowed by; nothing stands for the usual value. `owner` is folded. */
export interface Marks {
  owner?: string;
  status?: string;
  tags?: string[];
  due?: string;
  customer?: string;
  priority?: string;
}

/** How a list is narrowed. */
export interface Narrowing {
  /** The folded name of whose it is. */
  mine?: string;
  /** Nobody's counts as well. */
  orNobody?: boolean;
  /** "usual" for the one that is not marked. */
  status?: string;
  tag?: string;
  attention?: boolean;
  /** Due by this day, YYYY-MM-DD. */
  until?: string;
  customer?: string;
  /** By day instead of by name. */
  byDue?: boolean;
}

export interface Facets {
  mine: number;
  attention: number;
  tags: [string, number][];
  status: [string, number][];
}

/** What a record is found by: the folded name first, so that the lines in order are the names in order. */
export interface Line extends Entry {
  line: string;
  /** Where in it the spellings begin that the gateway gave. */
  own?: number;
}

/** `all`: how many there are of the kind; `kept`: how many of them a narrowed list has. */
export interface Found {
  entries: Entry[];
  more: boolean;
  kept: number;
  all: number;
}

/** What the data worker tells of its own accord. */
export interface News {
  /** The list is read; before, an empty answer says nothing. */
  ready?: true;
  changed?: true;
  kinds?: true;
  talking?: boolean;
  status?: { link: Link; problem: string; current: boolean; tried: number; next?: number };
  /** How far the conversation that is going on has come. */
  progress?: { sent: number; received: number };
  link?: Link;
  skew?: number;
  account?: Account;
  trouble?: string;
  fault?: string;
  /** A refusal that holds an order for this phone. */
  order?: Problem | undefined;
}
