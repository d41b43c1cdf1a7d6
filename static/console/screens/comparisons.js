// Comparisons with an ERP: what was pushed beside what is there, day by day, and the report for the accountant.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { Findings } from "../comparisons/findings.js";
import { count, day as dayWords } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button, ButtonLink } from "../parts/button.js";
import { SelectField, TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { wordFor } from "../words.js";

/**
 * @typedef {{source: string, day: string, agrees: boolean, ours: number, theirs: number, waiting: number, differing: number,
 *   sums: Record<string, [string, string]>, ours_sha256: string, theirs_sha256: string, looked_at: string}} Tally
 * @typedef {{consumers: string[], today: string, tallies: Tally[]}} Tallies
 * @typedef {{consumer: string, since: string, until: string}} Span
 */

const DAY_MS = 86_400_000;
const SPAN_DAYS = 30;

/** @param {number} daysAgo */
const isoDay = (daysAgo) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);

/** @param {string} iso */
const wordsOfDay = (iso) => dayWords(Date.parse(`${iso}T12:00:00Z`));

/** Whether there is anything to see: of most kinds of documents a shop has none in a day. @param {Tally} tally */
const isTelling = (tally) => !tally.agrees || !tally.day || tally.ours + tally.theirs + tally.waiting > 0;

/** A kind of record or a type of fact, in words. @param {string} source */
const wordsOf = (source) => wordFor(source.includes(".") ? "type" : "kind", source);

/** Sums of both sides; one figure where they are the same. @param {{sums: Tally["sums"]}} props */
function Sums({ sums }) {
  return html`${Object.entries(sums).map(
    ([name, [ours, theirs]]) =>
      html`<div key=${name}><span class="soft">${name}</span> ${ours === theirs ? ours : html`<span class="bad-text">${ours} ≠ ${theirs}</span>`}</div>`,
  )}`;
}

const COLUMNS = ["document", "ours", "theirs", "waiting", "sums", "looked", "state"];

/** @param {{tally: Tally, consumer: string}} props */
function Row({ tally, consumer }) {
  const [open, setOpen] = useState(false);
  const when = tally.day ? wordsOfDay(tally.day) : t("comparisons.now");
  const differ = tally.agrees ? null : t("comparisons.apart", { count: tally.differing });
  return html`<tr>
      <td><strong>${wordsOf(tally.source)}</strong> <span class="soft">${when}</span></td>
      <td data-label=${t("comparisons.ours")} class="number">${count(tally.ours)}</td>
      <td data-label=${t("comparisons.theirs")} class="number">${count(tally.theirs)}</td>
      <td data-label=${t("comparisons.waiting")} class="number">${count(tally.waiting)}</td>
      <td data-label=${t("comparisons.sums")}>${Object.keys(tally.sums).length > 0 && html`<div><${Sums} sums=${tally.sums} /></div>`}</td>
      <td data-label=${t("comparisons.looked")}><${Ago} at=${tally.looked_at} /></td>
      <td data-label=${t("comparisons.state")}>${
        differ
          ? html`<${Button} icon="warn" pressed=${open} onClick=${() => setOpen(!open)}>${differ}<//>`
          : html`<${Badge} tone="good">${t("comparisons.same")}<//>`
      }</td>
    </tr>
    ${open && html`<tr><td colspan=${COLUMNS.length}><${Findings} consumer=${consumer} source=${tally.source} day=${tally.day} /></td></tr>`}`;
}

const NUMBERS = new Set(["ours", "theirs", "waiting"]);

/** @param {{tallies: Tally[], consumer: string}} props */
function Table({ tallies, consumer }) {
  return html`<table class="stacking">
    <thead><tr>${COLUMNS.map((name) => html`<th key=${name} scope="col" class=${NUMBERS.has(name) ? "number" : ""}>${t(`comparisons.${name}`)}</th>`)}</tr></thead>
    <tbody>${tallies.map((one) => html`<${Row} key=${`${one.source} ${one.day}`} tally=${one} consumer=${consumer} />`)}</tbody>
  </table>`;
}

/** @param {{span: Span, consumers: string[], onSpan: (span: Span) => void}} props */
function Asked({ span, consumers, onSpan }) {
  const choices = consumers.map((value) => ({ value, label: value }));
  const set = (/** @type {keyof Span} */ name) => (/** @type {string} */ value) =>
    value && onSpan({ ...span, [name]: value });
  return html`<div class="fields-row">
    ${consumers.length > 1 && html`<${SelectField} name="consumer" label=${t("sync.erp")} value=${span.consumer} choices=${choices} onValue=${set("consumer")} />`}
    <${TextField} name="since" type="date" label=${t("comparisons.since")} value=${span.since} onValue=${set("since")} />
    <${TextField} name="until" type="date" label=${t("comparisons.until")} value=${span.until} onValue=${set("until")} />
  </div>`;
}

/** @param {{span: Span, onDone: () => void}} props */
function Deeds({ span, onDone }) {
  const [busy, setBusy] = useState(false);
  const file = (/** @type {string} */ form) => `/api/v1/sync/tallies/report?${new URLSearchParams({ ...span, form })}`;
  async function look(/** @type {string | null} */ day) {
    setBusy(true);
    try {
      await post("/api/v1/sync/tallies", { consumer: span.consumer, day });
      say(t("comparisons.done"));
      onDone();
    } catch (error) {
      say(asProblem(error).message);
    }
    setBusy(false);
  }
  return html`<div class="actions">
    ${
      may("sync run") &&
      html`<${Button} look="main" icon="check" busy=${busy} onClick=${() => look(span.until)}>${t("comparisons.look.day", { day: wordsOfDay(span.until) })}<//>
      <${Button} icon="check" busy=${busy} onClick=${() => look(null)}>${t("comparisons.look.all")}<//>`
    }
    <${ButtonLink} icon="transfer" href=${file("pdf")}>${t("comparisons.pdf")}<//>
    <${ButtonLink} icon="transfer" href=${file("csv")}>${t("comparisons.csv")}<//>
  </div>`;
}

/** @param {{all: Tallies, span: Span, onSpan: (span: Span) => void, onDone: () => void}} props */
function Body({ all, span, onSpan, onDone }) {
  if (!all.consumers.length)
    return html`<${Empty} icon="sync" title=${t("comparisons.none")}><p>${t("comparisons.none.help")}</p><//>`;
  const told = all.tallies.filter(isTelling);
  return html`<${Asked} span=${span} consumers=${all.consumers} onSpan=${onSpan} />
    <${Deeds} span=${span} onDone=${onDone} />
    ${
      told.length
        ? html`<${Table} tallies=${told} consumer=${span.consumer} />`
        : html`<${Empty} icon="check" title=${t("comparisons.empty")}><p>${t("comparisons.empty.help")}</p><//>`
    }`;
}

export function Comparisons() {
  const [span, setSpan] = useState({ consumer: "", since: isoDay(SPAN_DAYS), until: isoDay(0) });
  const load = useLoad(
    async () => {
      const ask = (/** @type {string} */ consumer) =>
        read(`/api/v1/sync/tallies?${new URLSearchParams({ ...span, consumer })}`);
      const found = await ask(span.consumer || "erp");
      if (span.consumer || !found.consumers.length) return found;
      setSpan({ ...span, consumer: found.consumers[0] });
      return ask(found.consumers[0]);
    },
    { deps: [span, language.value] },
  );
  return html`<header class="head">
      <div><h1>${t("nav.comparisons")}</h1><p class="lede">${t("comparisons.lede")}</p></div>
      <${ButtonLink} icon="sync" href="#/sync">${t("outstanding.back")}<//>
    </header>
    <${Loaded} load=${load}>${(/** @type {Tallies} */ all) => html`<${Body} all=${all} span=${{ ...span, consumer: span.consumer || (all.consumers[0] ?? "") }} onSpan=${setSpan} onDone=${load.reload} />`}<//>`;
}
