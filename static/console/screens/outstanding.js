// What the ERP refused or put off, entry by entry: the reason, since when, and a way to offer it once more.
import { useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { count } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button, ButtonLink } from "../parts/button.js";
import { Icon } from "../parts/icons.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago, now } from "../parts/time.js";
import { route } from "../router.js";
import { titleOf } from "../sync/titles.js";

/**
 * @typedef {{consumer: string, seq: number, type: string, kind: string, subject: string, device: string, status: "deferred" | "rejected",
 *   attempts: number, since: string, due_at: string | null, problem: import("../types.js").ProblemDocument,
 *   record: {number: string, name: string} | null,
 *   sale: {register: string, receipt: string, total: number, currency: string} | null}} Entry
 */

const EVERY_MS = 10_000;
/** The gateway lists no more than this at a time. */
const SHOWN_MAX = 200;

/**
 * What a person may do about it follows from this; an entry that was offered again has no try behind it.
 * @param {Entry} entry @returns {{tone: "bad" | "warn" | "calm", words: string}}
 */
function stateOf(entry) {
  if (entry.status === "rejected") return { tone: "bad", words: t("sync.rejected") };
  if (entry.attempts === 0) return { tone: "calm", words: t("outstanding.again") };
  return { tone: "warn", words: t("sync.deferred") };
}

/** @param {{entry: Entry}} props */
function Title({ entry }) {
  const [title, under] = titleOf(entry);
  return html`<div><h2>${title}</h2><p>${under}</p></div>`;
}

/** @param {{at: string}} props */
function NextTry({ at }) {
  return Date.parse(at) > now.value ? html`<${Ago} at=${at} />` : t("outstanding.next_batch");
}

/** @param {{entry: Entry}} props */
function Facts({ entry }) {
  return html`<dl class="figures">
    <div><dt>${t("outstanding.since")}</dt><dd><${Ago} at=${entry.since} /></dd></div>
    ${entry.attempts > 0 && html`<div><dt>${t("outstanding.tries")}</dt><dd>${count(entry.attempts)}</dd></div>`}
    ${entry.due_at && html`<div><dt>${t("outstanding.next")}</dt><dd><${NextTry} at=${entry.due_at} /></dd></div>`}
    <div><dt>${t("sync.erp")}</dt><dd>${entry.consumer}</dd></div>
  </dl>`;
}

/** The ERP's sentence, and under it the field and the code it named. @param {{entry: Entry, tone: "bad" | "warn" | "calm"}} props */
function Why({ entry, tone }) {
  const { detail, title, code, pointer, params } = entry.problem;
  const named = [pointer, params?.erp_code].filter(Boolean).join(" · ");
  return html`<div class=${tone === "calm" ? "soft" : `note ${tone}`}><div>
    <p>${detail ?? title ?? code}</p>${named && html`<p class="code">${named}</p>`}
  </div></div>`;
}

/** Where a record is mended, for whoever may open it there; "" where nobody can. @param {unknown} kind @param {unknown} subject */
function placeOf(kind, subject) {
  if (kind === "customer" && subject && may("customer list")) return `#/customers/${subject}`;
  return kind === "product" && may("product list") ? "#/products" : "";
}

/** The way to what has to be mended: the record itself, or the one it waits for. @param {{entry: Entry}} props */
function Mend({ entry }) {
  const { code, params } = entry.problem;
  const own = placeOf(entry.kind, entry.subject);
  const awaited = code === "erp_waits" ? placeOf(params?.kind, params?.subject) : "";
  return html`
    ${own && html`<${ButtonLink} icon="edit" href=${own}>${t("outstanding.open")}<//>`}
    ${awaited && html`<${ButtonLink} icon="edit" href=${awaited}>${t("outstanding.open.awaited")}<//>`}`;
}

/** @param {{entry: Entry, onDone: () => void}} props */
function Offer({ entry, onDone }) {
  const [busy, setBusy] = useState(false);
  async function offer() {
    setBusy(true);
    try {
      await post(`/api/v1/erp/outstanding/${entry.seq}`, { consumer: entry.consumer });
      say(t("outstanding.done"));
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy(false);
      onDone();
    }
  }
  return html`
    ${entry.status === "rejected" && html`<p class="soft">${t(entry.kind ? "outstanding.advice.record" : "outstanding.advice.fact")}</p>`}
    <div class="actions"><${Button} icon="sync" busy=${busy} onClick=${offer}>${t("outstanding.offer")}<//><${Mend} entry=${entry} /></div>`;
}

/** @param {{entry: Entry, onChange: () => void}} props */
function EntryCard({ entry, onChange }) {
  const card = useRef(/** @type {HTMLLIElement | null} */ (null));
  const { tone, words } = stateOf(entry);
  function onDone() {
    // The button goes with the state it belonged to; whoever pressed it stays at this entry.
    card.current?.focus();
    onChange();
  }
  return html`<li class="card" ref=${card} tabindex="-1">
    <div class="card-head"><${Title} entry=${entry} /><${Badge} tone=${tone}>${words}<//></div>
    <${Why} entry=${entry} tone=${tone} />
    <${Facts} entry=${entry} />
    ${tone !== "calm" && may("sync run") && html`<${Offer} entry=${entry} onDone=${onDone} />`}
  </li>`;
}

/** For when one reason stood behind many. @param {{entries: Entry[], onDone: () => void}} props */
function OfferAll({ entries, onDone }) {
  const [busy, setBusy] = useState(false);
  const consumers = [...new Set(entries.map(({ consumer }) => consumer))];
  async function offer() {
    setBusy(true);
    try {
      for (const consumer of consumers) await post("/api/v1/erp/outstanding", { consumer });
      say(t("outstanding.all.done"));
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy(false);
      onDone();
    }
  }
  if (!may("sync run") || entries.filter(({ attempts }) => attempts > 0).length < 2) return null;
  return html`<p class="more"><${Button} icon="sync" busy=${busy} onClick=${offer}>${t("outstanding.all")}<//></p>`;
}

/** @param {{entries: Entry[], onChange: () => void}} props */
function Entries({ entries, onChange }) {
  if (!entries.length)
    return html`<${Empty} icon="check" title=${t("outstanding.empty")}><p>${t("outstanding.empty.help")}</p><//>`;
  return html`<${OfferAll} entries=${entries} onDone=${onChange} />
    <ul class="cards" aria-label=${t("nav.outstanding")}>
      ${entries.map((entry) => html`<${EntryCard} key=${`${entry.consumer} ${entry.seq}`} entry=${entry} onChange=${onChange} />`)}
    </ul>
    ${entries.length >= SHOWN_MAX && html`<p class="more soft">${t("outstanding.first", { shown: SHOWN_MAX })}</p>`}`;
}

/** Those of one ERP, where the address names it ("outstanding/NAME"). @param {Entry[]} entries */
function chosen(entries) {
  const [, name = ""] = route.value.split("/").map(decodeURIComponent);
  return name ? entries.filter(({ consumer }) => consumer === name) : entries;
}

export function Outstanding() {
  // The reasons come in the language they were asked in.
  const load = useLoad(() => read("/api/v1/erp/outstanding"), { every: EVERY_MS, deps: [language.value] });
  return html`<header class="head">
      <div><h1>${t("nav.outstanding")}</h1><p class="lede">${t("outstanding.lede")}</p></div>
      <a class="button" href="#/sync"><${Icon} name="sync" />${t("outstanding.back")}</a>
    </header>
    <${Loaded} load=${load}>${(/** @type {{entries: Entry[]}} */ { entries }) => html`<${Entries} entries=${chosen(entries)} onChange=${load.reload} />`}<//>`;
}
