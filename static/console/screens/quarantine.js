// What was refused, whole and unharmed: why, from where, and an editor to put it right and send it again.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { call, Problem, read } from "../api.js";
import { setAttention } from "../attention.js";
import { kinds } from "../kinds.js";
import { useForm, useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { AreaField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Empty, Loaded, ProblemNote } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { about, reason, what } from "../refused.js";
import { MendOperation } from "./mend_operation.js";

/** @typedef {import("../types.js").QuarantineItem} Item */

const EVERY_MS = 10_000;
const REFUSED = ["quarantined", "rejected", "refused"];

/** A fact comes whole; of what a phone did to a record only what this person may see. @param {Item} item */
const isFact = (item) => typeof item.body === "object" && item.body !== null && "specversion" in item.body;
/** What a phone sent and the gateway could read. @param {Item} item */
const isOperation = ({ type }) => ["record.create", "record.edit", "fact"].includes(type);

/**
 * The request around the text as the person left it: no number passes through a float on the way.
 * @param {string} text @param {number} revision
 */
function resendBody(text, revision) {
  try {
    JSON.parse(text);
  } catch (error) {
    const detail = t("quarantine.not_json", { why: error instanceof Error ? error.message : "" });
    throw new Problem(0, { code: "not_json", detail, pointer: "/body" });
  }
  return `{"body":${text},"revision":${revision}}`;
}

/** @param {{item: Item}} props */
function Why({ item }) {
  const errors = item.problem.errors ?? [];
  return html`<div class="note bad"><div>
    <p><strong>${item.problem.detail ?? item.problem.title ?? item.problem.code}</strong></p>
    ${errors.length > 0 && html`<ul>${errors.map((error) => html`<li>${error.pointer && html`<span class="code">${error.pointer}</span> `}${error.detail}</li>`)}</ul>`}
    ${item.problem.pointer && html`<p class="code">${item.problem.pointer}</p>`}
  </div></div>`;
}

/** @param {{item: Item}} props */
function About({ item }) {
  return html`<dl class="figures">
      <div><dt>${t("quarantine.from")}</dt><dd>${item.device_name || item.device}</dd></div>
      <div><dt>${t("quarantine.received")}</dt><dd><${Ago} at=${item.received_at} /></dd></div>
      <div><dt>${t("quarantine.tries")}</dt><dd>${item.revision + 1}</dd></div>
    </dl>
    <${Why} item=${item} />`;
}

/** @param {{item: Item, onDone: () => void}} props */
function Repair({ item, onDone }) {
  const form = useForm({ body: JSON.stringify(item.body, null, 2) }, async ({ body }) => {
    const path = `/api/v1/quarantine/${encodeURIComponent(item.id)}`;
    const answer = await call("POST", path, resendBody(body, item.revision + 1));
    say(t(REFUSED.includes(answer.status) ? "quarantine.still" : "quarantine.done"));
    onDone();
  });
  return html`<form class="panel" onSubmit=${form.onSubmit} aria-labelledby="repair">
    <h2 id="repair">${t("quarantine.repair")}</h2>
    <${About} item=${item} />
    ${form.problem && !form.errors.body && html`<${ProblemNote} problem=${form.problem} />`}
    <${AreaField} name="body" label=${t("quarantine.body")} hint=${t("quarantine.body.hint")} rows=${16} code value=${form.values.body}
      error=${form.errors.body} onValue=${(/** @type {string} */ value) => form.set("body", value)} />
    <footer><${Button} look="main" icon="check" type="submit" busy=${form.busy}>${t("quarantine.resend")}<//></footer>
  </form>`;
}

/** What nobody can read, or what this role may only look at. @param {{item: Item}} props */
function ReadOnly({ item }) {
  return html`<section class="panel" aria-labelledby="look">
    <h2 id="look">${what(item)}</h2>
    <${About} item=${item} />
    ${isFact(item) ? "" : html`<p>${t("quarantine.author")}</p>`}
    <pre class="code well" tabindex="0" aria-label=${t("quarantine.body")}>${JSON.stringify(item.body, null, 2)}</pre>
  </section>`;
}

/** @param {{item: Item, kinds: import("../types.js").Kind[], current: boolean, onPick: () => void}} props */
function RefusedLine({ item, kinds, current, onPick }) {
  const told = about(item, kinds);
  return html`<li><button type="button" class="pick" aria-pressed=${current} onClick=${onPick}>
    <span class="pick-head"><strong>${what(item)}</strong><${Ago} at=${item.received_at} /></span>
    ${told && html`<span class="pick-about">${told}</span>`}
    <span class="pick-why">${reason(item)}</span>
    <span class="pick-from">${item.device_name || item.device}</span>
  </button></li>`;
}

/** @param {{item: Item, onDone: () => void}} props */
function Desk({ item, onDone }) {
  if (!may("quarantine resend")) return html`<${ReadOnly} item=${item} />`;
  if (isOperation(item)) return html`<${MendOperation} item=${item} onDone=${onDone}><${About} item=${item} /><//>`;
  return isFact(item) ? html`<${Repair} item=${item} onDone=${onDone} />` : html`<${ReadOnly} item=${item} />`;
}

/** @param {{items: Item[], declared: import("../types.js").Kind[], onDone: () => void}} props */
function Bench({ items, declared, onDone }) {
  const [picked, setPicked] = useState("");
  const item = items.find((one) => one.id === picked) ?? items[0];
  const desk = useRef(/** @type {HTMLElement | null} */ (null));
  // On a narrow screen the desk lies below the list: who picks something is taken to it.
  useEffect(() => {
    if (picked) desk.current?.scrollIntoView({ block: "nearest" });
  }, [picked]);
  useEffect(() => setAttention("quarantine", items.length), [items.length]);
  if (!item)
    return html`<${Empty} icon="check" title=${t("quarantine.empty")}><p>${t("quarantine.empty.help")}</p><//>`;
  return html`<div class="bench">
    <ul class="picks" aria-label=${t("nav.quarantine")}>
      ${items.map((one) => html`<${RefusedLine} key=${one.id} item=${one} kinds=${declared} current=${one.id === item.id} onPick=${() => setPicked(one.id)} />`)}
    </ul>
    <div class="desk" ref=${desk}><${Desk} key=${`${item.id}.${item.revision}`} item=${item} onDone=${onDone} /></div>
  </div>`;
}

export function Quarantine() {
  // The reasons come in the language they were asked in.
  const load = useLoad(async () => ({ ...(await read("/api/v1/quarantine")), declared: await kinds() }), {
    every: EVERY_MS,
    deps: [language.value],
  });
  return html`<header class="head"><div><h1>${t("nav.quarantine")}</h1><p class="lede">${t("quarantine.lede")}</p></div></header>
    <${Loaded} load=${load}>${(/** @type {any} */ { items, declared }) => html`<${Bench} items=${items} declared=${declared} onDone=${load.reload} />`}<//>`;
}
