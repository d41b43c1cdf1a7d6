// What the gateway says to the console, shape by shape.
import type { ComponentChildren } from "preact";

export type Labels = Record<string, string>;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface User {
  id: string;
  name: string;
  role: string;
  territory: string;
  language: string;
  disabled?: boolean;
  created_at?: string;
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
  since?: string;
  last_frame_at?: string;
  frames: number;
  errors: number;
}
export interface Proposal {
  id: string;
  driver: string;
  identity: string;
  description: string;
  warning?: string;
  seen_at: string;
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
}
export interface Phone {
  device: string;
  user: string;
  last_seen_at?: string;
  unsent_reported?: number;
}
export interface SyncState {
  erp: { connector: string; consumers: Consumer[] };
  phones: Phone[];
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
  at: string;
  version?: number;
}

export interface Field {
  name: string;
  type: string;
  labels: Labels;
  class?: string;
  policy?: string;
  required?: boolean;
  writable?: boolean;
  guarded?: boolean;
  fields?: Field[];
  rules?: {
    max_length?: number;
    min?: number;
    max?: number;
    choices?: { value: string; labels: Labels }[];
    country_field?: string;
    items?: string;
  };
  default?: Json;
}
export interface Kind {
  name: string;
  labels: Labels;
  fields: Field[];
  version: string;
}
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
}
export interface Token {
  id: string;
  name: string;
  role: string;
  created_at: string;
  last_seen_at?: string;
  revoked: boolean;
}

/** What `useLoad` gives a screen. */
export interface Load<T> {
  data: T | undefined;
  problem: import("./api.js").Problem | undefined;
  at: number;
  reload: () => Promise<void>;
}

export type Children = ComponentChildren;
