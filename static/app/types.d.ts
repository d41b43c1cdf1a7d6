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
  errors?: { code: string; detail?: string; pointer?: string }[];
}

export type OperationState = "waiting" | "sending" | "needs_you" | "conflict" | "done" | "aside";

/** A row of the `outbox` store. */
export interface Operation {
  id: string;
  origin_seq: number;
  type: "record.create" | "record.edit";
  kind: string;
  record: string;
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
  mode: "create" | "edit" | "fix";
  /** The form is about a record that exists already. */
  edits: boolean;
  /** The operation that is being corrected, for mode "fix". */
  operation?: string;
  values: Values;
  step: number;
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
  /** How phones are locked; an account remembered by an older app does not know. */
  phone?: { unlock: "required" | "offered" | "off"; lock_after_min: number; lease_days: number };
}

export interface Account {
  user: User;
  gateway: Gateway;
}

export interface Tally {
  waiting: number;
  needsYou: number;
  conflicts: number;
  oldest: number | null;
}

/** What the gateway's last answer, or its silence, says about the way to it. */
export type Link = "unknown" | "online" | "offline" | "captive" | "busy" | "signed_out" | "refused" | "update";

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
}

/** What a record is found by: the folded name first, so that the lines in order are the names in order. */
export interface Line extends Entry {
  line: string;
  /** Where in it the spellings begin that the gateway gave. */
  own?: number;
}

/** `all`: how many there are of the kind. */
export interface Found {
  entries: Entry[];
  more: boolean;
  all: number;
}

/** What the data worker tells of its own accord. */
export interface News {
  /** The list is read; before, an empty answer says nothing. */
  ready?: true;
  changed?: true;
  kinds?: true;
  talking?: boolean;
  status?: { link: Link; problem: string; current: boolean; tried: number };
  link?: Link;
  skew?: number;
  account?: Account;
  trouble?: string;
  fault?: string;
}
