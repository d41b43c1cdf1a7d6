// What waits for a second person beside a record: who proposed which value, until when, and what this person may do
// about it. What is shown comes with the record and is there without a network; deciding takes one.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Failure } from "../api.js";
import { wake } from "../data.js";
import { dateTime, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { account, call, changed } from "../runtime.js";
import { asMap } from "../summary.js";
import { Button, say } from "./controls.js";
import { Facts } from "./facts.js";

/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Proposal} Proposal */
/** @typedef {{id: string, base: Json, reason: string, hash: string, decidable: boolean}} Detail */

const DECIDERS = ["manager", "finance"];

/** The field, or the element, that a proposal is about. @param {string} kind @param {Proposal} proposal */
export function fieldOf(kind, { field }) {
  const [name = "", , member] = field.split(".");
  const found = kindNamed(kind)?.fields.find((each) => each.name === name);
  return member ? found?.fields?.find((each) => each.name === member) : found;
}

/** @param {{field: FieldSchema | undefined, value: Json | undefined}} props */
function Side({ field, value }) {
  if (value === null || value === undefined) return html`<p class="soft">${t("clash.nothing")}</p>`;
  if (field?.type === "group" && typeof value === "object")
    return html`<${Facts} fields=${field.fields ?? []} data=${asMap(value)} />`;
  return html`<${Facts} fields=${field && field.type !== "group" ? [field] : []} data=${{ [field?.name ?? ""]: value }} />`;
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (!(error instanceof Failure)) throw error;
  return error.problem?.detail ?? t("clash.offline");
}

/** @param {{id: string, detail: Detail, act: (path: string, body: object, done: string) => void}} props */
function Decision({ id, detail, act }) {
  const reason = useSignal("");
  const send = (/** @type {string} */ decision) =>
    act(
      `/api/v1/approvals/${id}`,
      { decision, hash: detail.hash, reason: reason.value },
      decision === "approve" ? "second.approved" : "second.rejected",
    );
  return html`<div class="field"><label class="label" for=${`answer-${id}`}>${t("second.answer")}</label>
      <textarea id=${`answer-${id}`} class="input area" rows="2" maxlength="500" value=${reason.value}
        onInput=${(/** @type {any} */ event) => {
          reason.value = event.currentTarget.value;
        }}></textarea></div>
    <div class="actions"><${Button} look="main" icon="check" onClick=${() => send("approve")}>${t("second.approve")}<//>
      <${Button} onClick=${() => send("reject")}>${t("second.reject")}<//></div>`;
}

/** @param {{kind: string, proposal: Proposal, detail: Detail | undefined, act: (path: string, body: object, done: string) => void}} props */
function One({ kind, proposal, detail, act }) {
  const field = fieldOf(kind, proposal);
  const { id, own, by, at, expires_at: expires } = proposal;
  return html`<div class="clash" role="group" aria-label=${label(field?.labels)}>
    <div class="clash-side"><h4>${t(own ? "second.own" : "second.by", { who: by, time: timeOrDate(Date.parse(at)) })}</h4>
      ${field?.type === "group" && html`<p>${label(field.labels)}</p>`}<${Side} field=${field} value=${proposal.proposed} />
      ${detail && html`<h4>${t("clash.current")}</h4><${Side} field=${field} value=${detail.base} />`}
      ${detail?.reason && html`<p class="lines">${detail.reason}</p>`}
      <p class="soft">${t("second.until", { time: dateTime(Date.parse(expires)) })}</p>
      ${own && html`<${Button} look="quiet" onClick=${() => act(`/api/v1/approvals/${id}/withdraw`, {}, "second.withdrawn")}>${t("second.withdraw")}<//>`}
      ${detail?.decidable && html`<${Decision} id=${id} detail=${detail} act=${act} />`}</div>
  </div>`;
}

/** @param {{kind: string, record: string, proposals: readonly Proposal[]}} props */
export function Proposals({ kind, record, proposals }) {
  const details = useSignal(/** @type {Map<string, Detail>} */ (new Map()));
  const prove = useSignal(/** @type {typeof import("./prove.js") | null} */ (null));
  const ids = proposals.map(({ id }) => id).join(" ");

  async function load() {
    if (!DECIDERS.includes(account.value?.user.role ?? "")) return;
    try {
      const found = await Promise.all(proposals.map(({ id }) => call(`/api/v1/approvals/${id}`)));
      details.value = new Map(found.map((/** @type {Detail} */ one) => [one.id, one]));
    } catch (error) {
      if (!(error instanceof Failure)) throw error; // without a network what came with the record is enough
    }
  }

  /** @param {string} path @param {object} body @param {string} done */
  async function act(path, body, done) {
    try {
      prove.value ??= await import("./prove.js"); // read when it is needed
      await prove.value.decide(`proposals ${record}`, path, body);
      say(t(done));
    } catch (error) {
      say(sentenceOf(error));
    }
    await wake("tap");
    await changed([{ kind, id: record }]);
  }

  useEffect(() => void load(), [ids]);
  return html`<section class="card clashes"><h3 class="card-head">${t("second.waits")}</h3>
    <p class="soft">${t("second.waits_text")}</p>
    ${proposals.map((one) => html`<${One} key=${one.id} kind=${kind} proposal=${one} detail=${details.value.get(one.id)} act=${act} />`)}
    ${prove.value && html`<${prove.value.PasswordAgain} place=${`proposals ${record}`} />`}
  </section>`;
}
