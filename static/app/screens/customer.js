// One customer: who, how to reach them, where the entry is on its way, and everything that is known.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { dateTime, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed, stepsOf } from "../kinds.js";
import { LaterPart } from "../later.js";
import { operationsOf } from "../outbox.js";
import { rowAt } from "../packs.js";
import { Clashes } from "../parts/clashes.js";
import { ButtonLink, Empty } from "../parts/controls.js";
import { Facts, hasFacts } from "../parts/facts.js";
import { isNarrow } from "../parts/frame.js";
import { Proposals } from "../parts/proposals.js";
import { StageTrack } from "../parts/stage.js";
import { go } from "../router.js";
import { account, here, received, revision } from "../runtime.js";
import { stageOf } from "../stages.js";
import { asMap, monogram, titleOf } from "../summary.js";
import { mayVisit } from "../visits.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").GatewayRecord} GatewayRecord */
/** @typedef {import("../types.js").OwnRow} OwnRow */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {{record?: GatewayRecord, own?: OwnRow, ops: Operation[]}} Known */

const RECENTS_MAX = 10;

/** @param {string} kind @param {string} id @returns {Promise<Known>} */
async function read(kind, id) {
  const { db } = here();
  const [rows, ops] = await Promise.all([
    db.read(["packs", "own"], (tx) => Promise.all([rowAt(tx, kind, id), tx.objectStore("own").get([kind, id])])),
    operationsOf(db, id),
  ]);
  const [record, own] = rows;
  return { ...(record && { record }), ...(own && { own }), ops };
}

/** @param {string} id */
async function rememberOpened(id) {
  const { db } = here();
  const before = /** @type {string[]} */ ((await db.get("recents")) ?? []);
  await db.set("recents", [id, ...before.filter((other) => other !== id)].slice(0, RECENTS_MAX));
}

/** Every place of a record with the fields it may hold: the record itself, and each element of its groups. @param {string} kind @param {Data} data */
function placesOf(kind, data) {
  const fields = kindNamed(kind)?.fields ?? [];
  const groups = fields.filter(({ type }) => type === "group");
  const elements = groups.flatMap((group) =>
    Object.values(asMap(data[group.name])).map((element) => ({ fields: group.fields ?? [], place: asMap(element) })),
  );
  return [{ fields, place: data }, ...elements];
}

/** The first value of a type anywhere in the record; a hidden one is of no use here. @param {string} kind @param {Data} data @param {string} type @returns {string} */
function firstOf(kind, data, type) {
  const found = placesOf(kind, data)
    .flatMap(({ fields, place }) => fields.filter((field) => field.type === type).map(({ name }) => place[name]))
    .find((value) => typeof value === "string" && value && !value.includes("•"));
  return String(found ?? "");
}

/** @param {{kind: string, id: string, data: Data}} props */
function Reach({ kind, id, data }) {
  const phone = firstOf(kind, data, "phone");
  const email = firstOf(kind, data, "email");
  const visits = mayVisit(account.value?.user.role);
  if (!phone && !email && !visits) return null;
  return html`<div class="reach">
    ${visits && html`<${ButtonLink} href=${`#/visit/${id}`} look="main" icon="people">${t("customer.visit")}<//>`}
    ${phone && html`<${ButtonLink} href=${`tel:${phone.replace(";ext=", ",")}`} icon="phone">${t("customer.call")}<//>`}
    ${email && html`<${ButtonLink} href=${`mailto:${email}`} icon="mail">${t("customer.write")}<//>`}
  </div>`;
}

/** @param {Known} known */
function numberOf({ record, own, ops }) {
  const official = record?.number ?? ops.find(({ number }) => number)?.number;
  const reference = own?.reference || ops.find((op) => op.reference)?.reference;
  return { official, reference };
}

/** @param {{id: string, known: Known, data: Data}} props */
function Head({ id, known, data }) {
  const name = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    if (isNarrow()) name.current?.focus({ preventScroll: true });
  }, [id]);
  const { official, reference } = numberOf(known);
  const title = titleOf(data) || t("customer.unnamed");
  return html`<header class="record-head">
    <span class="monogram large" aria-hidden="true">${monogram(title)}</span>
    <div class="record-name"><h2 ref=${name} tabindex="-1">${title}</h2>
      <p>${official ? html`<span class="code">${official}</span>` : html`<span class="code">${reference}</span> <span class="soft">${t("customer.provisional")}</span>`}</p></div>
    <a class="button plain" href=${`#/edit/${id}`}>${t("edit")}</a>
  </header>`;
}

/** What the person can do about a stop on the way. @param {{known: Known}} props */
function Stop({ known }) {
  const refused = known.ops.find(({ state }) => state === "needs_you");
  if (!refused) return null;
  return html`<p class="stop-action"><${ButtonLink} href=${`#/fix/${refused.id}`} look="main" icon="edit">${t("sync.fix")}<//></p>`;
}

/** Why it stopped, in words. @param {Known} known */
function reasonOf({ record, ops }) {
  const refused = ops.find(({ state }) => state === "needs_you");
  if (refused)
    return refused.problem?.errors?.length
      ? t("stage.needs_you.fields", { count: refused.problem.errors.length })
      : refused.problem?.detail;
  return record?.stage === "rejected" ? (record.stage_detail ?? t("stage.needs_you.erp")) : undefined;
}

/** @param {{known: Known}} props */
function Age({ known }) {
  if (!known.record)
    return html`<p class="age">${t("customer.only_here", { time: timeOrDate(known.own?.at ?? Date.now()) })}</p>`;
  const at = received.value?.at;
  return html`<p class="age">${t("customer.changed", { time: dateTime(Date.parse(known.record.updated_at)) })}${at ? ` ${t("customer.as_of", { time: timeOrDate(at) })}` : ""}</p>`;
}

/** What only the gateway knows; its file is read after the first paint. @param {{kind: string, record: string, version: number}} props */
function Past(props) {
  const card = useSignal(/** @type {any} */ (null));
  useEffect(() => {
    import("../parts/past.js").then(
      ({ PastCard }) => {
        card.value = PastCard;
      },
      () => undefined, // the app is not whole on this phone yet: it comes with the next visit
    );
  }, []);
  return card.value && html`<${card.value} ...${props} />`;
}

/** @param {{kind: string, id: string}} props */
export function Customer({ kind, id }) {
  const known = useSignal(/** @type {Known | null} */ (null));
  useSignalEffect(() => {
    revision.value;
    read(kind, id).then((found) => {
      known.value = found;
    });
  });
  useEffect(() => void rememberOpened(id), [id]);
  const found = known.value;
  // Of a visit or a task what can be looked at is its customer.
  const about = found?.ops.find((op) => op.about)?.about;
  useEffect(() => {
    if (about) go(`customers/${about}`, { replace: true });
  }, [about]);
  if (!found || about) return null;
  const data = found.own?.data ?? found.record?.data;
  if (!data)
    return html`<${Empty} icon="people" title=${t("customer.gone")} action=${html`<${ButtonLink} href="#/customers">${t("nav.customers")}<//>`}>${t("customer.gone_text")}<//>`;
  const declared = kindNamed(kind);
  const waiting = found.record?.proposals ?? [];
  const sections = declared ? stepsOf(declared).filter(({ fields }) => hasFacts(fields, data, waiting)) : [];
  return html`<article class="record">
    <${Head} id=${id} known=${found} data=${data} />
    <${Reach} kind=${kind} id=${id} data=${data} />
    <${StageTrack} stage=${stageOf(found.record, found.ops)} detail=${reasonOf(found)} atErp=${found.record?.stage === "rejected"} />
    <${Stop} known=${found} />
    ${(found.record?.conflicts ?? 0) > 0 && html`<${Clashes} kind=${kind} record=${id} version=${found.record?.version ?? 0} />`}
    ${waiting.length > 0 && html`<${Proposals} kind=${kind} record=${id} proposals=${waiting} />`}
    ${sections.map((step) => html`<section class="card" key=${step.name}><h3 class="card-head">${label(step.labels)}</h3><${Facts} fields=${step.fields} data=${data} waiting=${waiting} /></section>`)}
    <${LaterPart} name="dealings" customer=${id} atGateway=${Boolean(found.record)} />
    ${found.record && html`<${Past} kind=${kind} record=${id} version=${found.record.version} />`}
    <${Age} known=${found} />
  </article>`;
}
