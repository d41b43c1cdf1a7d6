// How good a record is, who last found it right, and its newest versions. None of it travels with the feed, so it is
// read when the gateway can be reached, and says so when it cannot.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Failure } from "../api.js";
import { dateTime } from "../format.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { call } from "../runtime.js";
import { Button, say } from "./controls.js";
import { Facts } from "./facts.js";

/** @typedef {import("../types.js").Json} Json */
/** @typedef {{field: string, detail: string, points: number}} Finding */
/** @typedef {{score: number, findings: Finding[], verified_at: string | null, verified_by: string | null, due: boolean}} Quality */
/** @typedef {{version: number, at: string, actor: string, changes: {field: string, old: Json, new: Json}[]}} Version */
/** @typedef {{quality: Quality, versions: Version[]}} Past */

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

/** @param {{kind: string, version: Version}} props */
function Made({ kind, version }) {
  const lines = version.changes.map(({ field, new: value }) => ({ field: fieldAt(kind, field).found, value }));
  return html`<details class="made"><summary>${t("past.version", { version: version.version, name: version.actor, time: dateTime(Date.parse(version.at)) })}</summary>
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
      const [quality, { versions }] = await Promise.all([
        call(`${place}/quality`),
        call(`${place}/history?limit=${VERSIONS}`),
      ]);
      known.value = { quality, versions };
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
    ${past?.versions.map((one) => html`<${Made} key=${one.version} kind=${kind} version=${one} />`)}
  </div></section>`;
}
