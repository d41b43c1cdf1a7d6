// What the gateway says to the console, shape by shape.
import type { ComponentChildren } from "preact";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A session at a desk; here: the one that asks. */
export interface OwnSession {
  id: string;
  browser: string;
  started_at: string;
  last_seen_at: string;
  here: boolean;
}

export interface OwnPasskey {
  id: string;
  name: string;
  added_at: string;
  last_used_at: string | null;
}

/** origin: where the pages have a name that a passkey is bound to */
export interface OwnPasskeys {
  offered: boolean;
  origin: string;
  passkeys: OwnPasskey[];
}

export interface User {
  id: string;
  name: string;
  role: string;
  territory: string;
  language: string;
  disabled?: boolean;
  created_at?: string;
  /** The first account of the same person, or "". */
  same_person_as?: string;
}
export interface Gateway {
  name: string;
  epoch: string;
  country: string;
  currency: string;
  build: string;
}
export interface Session {
  user: User;
  gateway: Gateway;
  protocol: number;
}

export interface ProblemDocument {
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  pointer?: string;
  params?: Record<string, Json>;
  errors?: { code: string; detail: string; pointer?: string }[];
}

export interface LiveEvent {
  seq: number;
  id: string;
  type: string;
  time: string;
  received_at: string;
  device: string;
  device_name?: string;
  subject?: string;
  kind?: string;
  data: Record<string, Json>;
  product?: { id: string; name: string; number?: string };
}

export interface Device {
  id: string;
  name: string;
  driver: string;
  identity: string;
  state: string;
  reason?: string;
  reason_code?: string;
  since?: string;
  last_frame_at?: string;
  frames: number;
  errors: number;
  facts: number;
  noise_bytes: number;
  retry_at?: string;
  attempts: number;
  restarts: number;
  outcomes: Record<string, number>;
  kept_ms_median: number | null;
  kept_ms_longest: number | null;
  config: Record<string, string | number | boolean>;
  lines: { line: string; since: string; last_frame_at?: string; frames: number; noise_bytes: number }[];
  turned_away: { line: string; reason?: string; count: number; last_at: string }[];
  measured?: { at: string; values: { status?: string; weight?: string | null; unit?: string; net?: boolean } } | null;
}
export interface PrintJob {
  id: string;
  number: number;
  title: string;
  state: "queued" | "printing" | "done" | "failed" | "uncertain" | "cancelled";
  reason?: string;
  confirmed: boolean;
  lost: number;
  created_at: string;
  updated_at: string;
}
export interface Proposal {
  id: string;
  driver: string;
  drivers: string[];
  identity: string;
  description: string;
  warning?: string;
  seen_at: string;
}
export interface NetworkFound {
  identity: string;
  sort: "printer" | "broker" | "serial_server" | "gateway";
  name: string;
  address: string;
  services: Record<string, number>;
  device: string | null;
  proposed: boolean;
}
export interface NetworkSeen {
  on: boolean;
  announced: { name: string; addresses: string[]; port: number } | null;
  trouble: string | null;
  found: NetworkFound[];
}
export interface Plugged {
  devices: Device[];
  proposals: Proposal[];
  ignored: Proposal[];
}
export interface Frame {
  at: string;
  hex: string;
  text: string;
  outcome: string;
  seq?: number;
}

export interface Consumer {
  name: string;
  mode: "push" | "pull";
  cursor_seq: number;
  head_seq: number;
  waiting: number;
  oldest_waiting_at?: string;
  open_batch?: string;
  last_success_at?: string;
  last_attempt_at?: string;
  last_problem?: { detail: string };
  deferred: number;
  rejected: number;
  paused: boolean;
  paused_by: string;
  paused_at: string | null;
  circuit: "closed" | "open" | "half_open";
  resting_until: string | null;
  failures: number;
  closed_until: string | null;
  moving: { began_at: string; done: number; total: number } | null;
  alarm: { detail: string } | null;
}
export interface JobTurn {
  id: number;
  began_at: string;
  took_ms: number;
  outcome: "done" | "idle" | "held" | "failed";
  asked_by: string;
  counts: Record<string, number>;
  problem: { detail: string } | null;
}
export interface JobTrigger {
  every_s: number | null;
  cron: string;
  jitter_s: number;
}
export interface Job {
  name: string;
  trigger: JobTrigger;
  delivered: JobTrigger;
  edited_by: string;
  edited_at: string | null;
  paused: boolean;
  next_at: string | null;
  upcoming: string[];
  running_since: string | null;
  progress: { done: number; total: number } | null;
  last: JobTurn | null;
}
export interface Backup {
  file: string;
  made_at: string;
  size: number;
  head: number;
  counts: Record<string, number>;
  proved_at: string | null;
  problem: ProblemDocument | null;
  second: boolean;
}
export interface Backups {
  backups: Backup[];
  recipient: string;
  head_office: boolean;
  folder: string;
  second_folder: string;
  second_problem: ProblemDocument | null;
  trouble: ProblemDocument | null;
  under: { what: "make" | "check"; done: number; total: number } | null;
}
export interface RetentionSort {
  sort: string;
  months: number;
  before: string;
  due: number;
  held: Record<string, number>;
  examples: string[];
  next_at: string;
  taken: number;
}
export interface RetentionRun {
  carries_out: boolean;
  terms: Record<string, number>;
  told_at: string;
  done_at: string;
  sorts: RetentionSort[];
}
export interface Certificate {
  on: boolean;
  own: boolean;
  issuer: string;
  names: string[];
  begins_at: string;
  ends_at: string;
  fingerprint: string;
  authority: string;
  faults: ProblemDocument[];
}
export interface Jobs {
  jobs: Job[];
  time_zone: string;
}
export interface BoardPhone {
  device: string;
  name: string;
  user: string;
  build: string;
  protocol: number;
  first_seen_at: string;
  last_seen_at: string;
  last_push_at: string | null;
  last_pull_at: string | null;
  clock_offset_ms: number | null;
  unsent: number | null;
  oldest_unsent_at: string | null;
  restarts: number | null;
  storage_used: number | null;
  storage_quota: number | null;
  retired: boolean;
  silent: boolean;
}
export interface ToldBatch {
  id: string;
  consumer: string;
  state: "open" | "done";
  count: number;
  first_seq: number;
  last_seq: number;
  sha256: string;
  cut_at: string;
  answered_at: string | null;
  done_at: string | null;
  receipts: Record<string, number>;
}
export interface PreviewField {
  theirs: string;
  ours: string[];
  value: string | number | boolean | null;
  looked_up: string;
  hidden: boolean;
  problem: { code: string; detail: string } | null;
}
export interface PreviewDocument {
  model: string;
  key: string;
  concerns: boolean;
  fields: PreviewField[];
  lists: { theirs: string; model: string; elements: { key: string; fields: PreviewField[] }[] }[];
}
export interface MappingPreview {
  consumer: string;
  source: string;
  documents: PreviewDocument[];
  left: string[];
}
export interface BatchEntry {
  seq: number;
  type: string;
  kind: string;
  subject: string;
  device: string;
  version: number | null;
  status: string;
  answered_at: string | null;
  erp_ref: string;
  problem: ProblemDocument | null;
  record: { number: string; name: string } | null;
  sale: { register: string; receipt: string; total: number; currency: string } | null;
  outlook: { status: "deferred" | "rejected"; attempts: number; due_at: string | null } | null;
}
export interface Setting {
  section: string;
  key: string;
  value: Json;
  default: Json;
  given: boolean;
  secret: boolean;
  unit: string;
  meaning: string;
  expected: string;
  variable: string;
  source: { layer: "default" | "site" | "environment" | "command"; place: string; through: string };
}
/** What stands, and whether somebody could be told. */
export interface AllAlerts {
  alarms: { key: string; since: string; told: boolean; over: boolean; problem: ProblemDocument }[];
  ways: { name: "mail" | "webhook"; waiting: number; sent_at: string | null; problem: ProblemDocument | null }[];
}
export interface RunningSettings {
  site_file: string;
  site_file_exists: boolean;
  data_folder: string;
  sections: { name: string; about: string; settings: Setting[] }[];
  tables: { name: "fields" | "survivorship"; place: string; names: Record<string, string[]> }[];
}
/** How the key of the data is kept, and what that protects. */
export interface Protection {
  way: string;
  name: string;
  box: { level: "no" | "partly" | "yes"; told: string };
  disk: { level: "no" | "partly" | "yes"; told: string };
}
/** Leave to pair one phone of a person; link and code are shown once. */
export interface Invitation {
  id: string;
  user: string;
  name: string;
  address: string;
  link: string;
  qr: { size: number; path: string };
  code: string;
  life_s: number;
  fingerprint: string;
}
export interface Pairable {
  id: string;
  name: string;
  role: string;
}
export interface PairedPhone {
  id: string;
  device: string;
  name: string;
  user: string;
  user_name: string;
  paired_at: string;
  paired_by: string;
  last_seen_at: string;
  unsent: number | null;
  told_at: string | null;
  retired: boolean;
  state: "in_use" | "draining" | "lost" | "wiped" | "out";
  order: "" | "retire" | "lose";
  put_out_at: string | null;
  wiped_at: string | null;
  wiped_unsent: number | null;
}
/** A database that was put aside; spans of entries have both ends in. */
export interface Damaged {
  folder: string;
  at: string;
  reason: string;
  pages: number;
  pages_lost: number;
  rows: number;
  head: number;
  entries_lost: [number, number][];
  rows_lost: Record<string, number>;
  records_lost: string[];
  confirmed_at: string;
  confirmed_by: string;
}
export interface PairedPhones {
  phones: PairedPhone[];
  people: Pairable[];
}
export interface SyncState {
  erp: { connectors: string[]; consumers: Consumer[] };
}

export interface QuarantineItem {
  id: string;
  type: string;
  device: string;
  device_name?: string;
  received_at: string;
  status: string;
  revision: number;
  problem: ProblemDocument;
  body: Json;
}

export interface Conflict {
  id: string;
  kind: string;
  record: string;
  number?: string;
  title?: string;
  state: string;
  field: string;
  base: Json;
  current: Json;
  proposed: Json;
  by: string;
  channel: string;
  rule: "" | "rank" | "newest";
  at: string;
  version?: number;
}

export interface Approval {
  id: string;
  kind: string;
  record: string;
  number: string;
  title: string;
  version: number;
  field: string;
  currency: string;
  base: Json;
  proposed: Json;
  masked: string[];
  reason: string;
  restored_from: number | null;
  by: string;
  device: string;
  channel: string;
  at: string;
  expires_at: string;
  state: "open" | "approved" | "rejected" | "withdrawn" | "expired";
  ended: string;
  decided_by: string;
  decided_at: string | null;
  answer: string;
  hash: string;
  own: boolean;
  decidable: boolean;
  merge?: ProposedMerge | null;
  erasure?: { reason: "asked" | "expired" | "unlawful" } | null;
}

export type Field = import("../app/types.js").FieldSchema;
export type Kind = import("../app/types.js").KindSchema;
export interface Row {
  kind: string;
  id: string;
  version: number;
  number?: string;
  data: Record<string, Json>;
  stage: string;
  stage_detail?: string | null;
  updated_at: string;
  conflicts: number;
  /** Places in ``data`` with hidden values. */
  masked?: string[];
  proposals?: { id: string; field: string; proposed: Json; by: string; at: string }[];
}

export interface Remark {
  code: string;
  detail: string;
  pointer: string;
}
/** Where a present value came from. */
export interface Source {
  channel: string;
  by: string;
  at: string;
  version: number;
}
/** Whose word about a field stands: channels from the highest down, equal ones together. */
export interface TrustRule {
  field: string;
  channels: string[][];
  newest: boolean;
  lower: "suggest" | "history";
  by_site: boolean;
}
export interface Finding {
  field: string;
  code: string;
  detail: string;
  points: number;
}
export interface Quality {
  score: number;
  completeness: number;
  validity: number;
  findings: Finding[];
  verified_at: string | null;
  verified_by: string | null;
  verified_version: number | null;
  review_at: string;
  due: boolean;
}
export interface WorkItem {
  record: string;
  kind: string;
  number: string;
  title: string;
  territory: string;
  version: number;
  score: number;
  worth: number;
  due: boolean;
  verified_at: string | null;
  findings: Finding[];
}
export interface ChangeTold {
  field: string;
  old: Json;
  new: Json;
  typed?: string;
}
export interface VersionHead {
  version: number;
  at: string;
  actor: string;
  device: string;
  channel: string;
  approved_by: string | null;
}
export interface VersionTold extends VersionHead {
  file: string;
  restored_from: number | null;
  merge: { id: string; alias: string; what: "merged" | "unmerged"; number: string; undone: boolean } | null;
  changes: ChangeTold[];
}
export interface EventTold {
  event: string;
  at: string;
  by: string;
  field: string;
  old: Json;
  new: Json;
  state: string;
  words: string;
  channel: string;
  rule: string;
}
export interface Past {
  versions: VersionTold[];
  events: EventTold[];
  next: number | null;
}
export interface Difference {
  from: VersionHead;
  to: VersionHead;
  changes: ChangeTold[];
}
export interface Token {
  id: string;
  name: string;
  role: string;
  created_at: string;
  made_at: string;
  /** When the one before ends. */
  old_until: string | null;
  last_seen_at?: string;
  revoked: boolean;
}

export interface ImportColumn {
  column: number;
  to?: string;
  values?: Record<string, string>;
  decimal?: "" | "." | ",";
  dates?: "" | "dmy" | "mdy";
  floats?: boolean;
}
export interface Import {
  id: string;
  kind: string;
  name: string;
  bytes: number;
  by: string;
  runner: string;
  own: boolean;
  for_shop: boolean;
  state: string;
  shape: {
    format: string;
    header: string[];
    header_row: number;
    rows: number;
    encoding: string;
    delimiter: string;
    sheet: string;
    sheets: string[];
  };
  layout: { columns: ImportColumn[]; rules: Record<string, string> };
  asked: Record<string, Json>;
  position: number;
  work: number;
  counts: Record<string, number>;
  problem: ProblemDocument | null;
  kept: boolean;
  created_at: string;
  updated_at: string;
}
export interface ImportDetail extends Import {
  samples: string[][];
  unknown: { column: number; value: string; count: number; guess: string }[];
  warnings: { column: number; code: string; detail: string }[];
  hidden: number[];
}
export interface ImportRow {
  row: number;
  outcome: string;
  problems: { code: string; detail: string; column: string }[];
}

/** What `useLoad` gives a screen. */
export interface Load<T> {
  data: T | undefined;
  problem: import("./api.js").Problem | undefined;
  at: number;
  reload: () => Promise<void>;
}

export type Children = ComponentChildren;

export interface MergeRecord {
  kind: string;
  id: string;
  version: number;
  number: string;
  data: Record<string, Json>;
  masked: string[];
  updated_at: string;
  aliases: { id: string; number: string }[];
}
export interface MergePlace {
  field: string;
  kept: Json;
  other: Json;
  proposed: string;
  /** What may be chosen; none where a rule decides alone. */
  sides: string[];
  reason: string;
  result: Json;
}
export interface MergeComparison {
  kept: MergeRecord;
  other: MergeRecord;
  suggested: string;
  notes: string[];
  places: MergePlace[];
}
export interface Pair {
  score: number;
  grade: string;
  reasons: { code: string; field: string; weight: number }[];
  suggested: string;
  records: MergeRecord[];
}
export interface MergeName {
  id: string;
  number: string;
  title: string;
}
export interface Merge {
  id: string;
  record: MergeName;
  alias: MergeName;
  by: string;
  approved_by: string | null;
  at: string;
  undone_by: string | null;
  undone_at: string | null;
}
export interface ProposedMerge {
  alias: string;
  number: string;
  title: string;
  changes: { field: string; old: Json; new: Json }[];
}
