// How good a record is, who last found it right, its newest versions and what happened between them. None of it travels
// with the feed, so it is read when the gateway can be reached, and says so when it cannot.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Failure } from "../api.js";
import { dateTime, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { call, here } from "../runtime.js";
import { asMap } from "../summary.js";
import { Button, say } from "./controls.js";
import { Facts } from "./facts.js";

/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {{field: string, detail: string, points: number}} Finding */
/** @typedef {{score: number, findings: Finding[], verified_at: string | null, verified_by: string | null, due: boolean}} Quality */
/** @typedef {{version: number, at: string, actor: string, device: string, channel: string, approved_by: string | null, restored_from: number | null,
 *   changes: {field: string, old: Json, new: Json}[]}} Version */
/** @typedef {{event: string, at: string, by: string, field: string, old: Json, new: Json, state: string, words: string}} Event */
/** @typedef {{quality: Quality, moments: (Version | Event)[]}} Past  moments: newest first */

const VERSIONS = 5;
const FINDINGS = 5;

/** The field a place such as "contacts.<id>.phone" ends at, and the labels on the way. @param {string} kind @param {string} place */
function fieldAt(kind, place) {
  let fields = kindNamed(kind)?.fields ?? [];
  let found;
  const labels = [];
  for (const part of place.split(".")) {
    const field = fields.find(({ name }) => name === part);
    if (!field) continue; // an element's id
    found = field;
    fields = field.fields ?? [];
    labels.push(label(field.labels));
  }
  return { found, name: labels.join(" · ") };
}

/** Which device it came from: this one, or another by the end of its id. @param {string} device */
function deviceName(device) {
  if (!device) return "";
  return device === here().device ? t("past.this_phone") : t("past.phone", { id: device.slice(-4) });
}

/** One value of a place in words. @param {{field: FieldSchema | undefined, value: Json}} props */
function Value({ field, value }) {
  if (!field) return null;
  if (value === null || value === "") return html`<p class="soft">${t("clash.nothing")}</p>`;
  if (field.type === "group") return html`<${Facts} fields=${field.fields ?? []} data=${asMap(value)} />`;
  return html`<${Facts} fields=${[field]} data=${{ [field.name]: value }} />`;
}

/** @param {{kind: string, event: Event}} props */
function Happened({ kind, event }) {
  const { found, name } = fieldAt(kind, event.field);
  const who = event.by || t("past.machine");
  return html`<details class="made happened"><summary>${t(`past.event.${event.event}`, { name: who, field: name, time: timeOrDate(Date.parse(event.at)) })}</summary>
    ${event.state && html`<p><span class="badge">${t(`past.state.${event.state}`)}</span></p>`}
    ${event.field && html`<h4>${t("past.old")}</h4><${Value} field=${found} value=${event.old} /><h4>${t("past.new")}</h4><${Value} field=${found} value=${event.new} />`}
    ${event.words && html`<p class="lines">“${event.words}”</p>`}</details>`;
}

/** Who made a version, by which way, and with whose consent. @param {{version: Version}} props */
function Way({ version: { device, channel, approved_by: by, restored_from: source } }) {
  const way = [channel && t(`past.channel.${channel}`), deviceName(device)].filter(Boolean).join(", ");
  return html`${way && html`<p class="soft">${way}</p>`}${by && html`<p>${t("past.approved", { name: by })}</p>`}
    ${source && html`<p>${t("past.restored", { version: source })}</p>`}`;
}

/** @param {{kind: string, version: Version}} props */
function Made({ kind, version }) {
  const lines = version.changes.map(({ field, new: value }) => ({ field: fieldAt(kind, field).found, value }));
  return html`<details class="made"><summary>${t("past.version", { version: version.version, name: version.actor, time: timeOrDate(Date.parse(version.at)) })}</summary>
    <${Way} version=${version} />
    ${lines.map(({ field, value }) => {
      if (!field) return null;
      const shown = value === null ? { ...field, type: /** @type {const} */ ("text") } : field;
      return html`<${Facts} fields=${[shown]} data=${{ [field.name]: value ?? t("clash.nothing") }} />`;
    })}</details>`;
}

/** @param {{kind: string, quality: Quality}} props */
function Score({ kind, quality }) {
  const { verified_at: at, verified_by: name, findings } = quality;
  return html`<p><strong>${t("past.score", { score: quality.score })}</strong> ${quality.due && html`<span class="badge" data-tone="warn">${t("past.due")}</span>`}</p>
    <ul>${findings.slice(0, FINDINGS).map((one) => html`<li key=${one.field}>${fieldAt(kind, one.field).name} (+${one.points}): ${one.detail}</li>`)}</ul>
    <p class="soft">${at ? t("past.last", { name: name ?? "", time: dateTime(Date.parse(at)) }) : t("past.never")}</p>`;
}

/** @param {{kind: string, record: string, version: number}} props  version: the one on screen */
export function PastCard({ kind, record, version }) {
  const known = useSignal(/** @type {Past | null} */ (null));
  const note = useSignal("");
  const place = `/api/v1/records/${kind}/${record}`;

  /** @param {unknown} error */
  function tell(error) {
    if (!(error instanceof Failure)) throw error;
    note.value = error.problem?.detail ?? t("past.offline");
  }

  async function load() {
    try {
      const [quality, { versions, events }] = await Promise.all([
        call(`${place}/quality`),
        call(`${place}/history?limit=${VERSIONS}`),
      ]);
      const moments = [...events, ...versions].sort((left, right) =>
        left.at < right.at ? 1 : left.at > right.at ? -1 : 0,
      );
      known.value = { quality, moments };
      note.value = "";
    } catch (error) {
      tell(error);
    }
  }

  async function check() {
    try {
      await call(`${place}/checked`, { method: "POST", body: { version } });
      say(t("past.checked"));
      await load();
    } catch (error) {
      tell(error);
    }
  }

  useEffect(() => void load(), [record, version]);
  const past = known.value;
  return html`<section class="card past"><h3 class="card-head">${t("past.title")}</h3><div class="record">
    ${note.value && html`<p class="soft" role="status">${note.value}</p>`}
    ${past && html`<${Score} kind=${kind} quality=${past.quality} /><${Button} onClick=${check}>${t("past.check")}<//>`}
    ${past?.moments.map((one, at) => ("version" in one ? html`<${Made} key=${one.version} kind=${kind} version=${one} />` : html`<${Happened} key=${`e${at}`} kind=${kind} event=${one} />`))}
  </div></section>`;
}
