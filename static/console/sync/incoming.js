// What came in from the ERPs in the last round, and their rows that could not be taken, each with its reason.
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { count } from "../format.js";
import { Badge } from "../parts/states.js";
import { Ago } from "../parts/time.js";

/** @typedef {import("../types.js").ProblemDocument} Problem */
/** @typedef {{kind: string, ref: string, title: string, record: string, problem: Problem, since: string}} Refused */
/** @typedef {{began_at: string, ended_at: string | null, kinds: Record<string, Record<string, number>>, problem: Problem | null}} Round */
/** @typedef {{name: string, round: Round | null, refused: Refused[]}} Connector */
/** @typedef {import("../types.js").Kind[]} Kinds */

const FIGURES = ["new", "changed", "same", "left", "gone", "conflicts", "refused"];

/** Everything that comes in; nothing where no ERP is read. @returns {Promise<Connector[]>} */
export const readIncoming = async () => (await read("/api/v1/erp/incoming")).connectors;

/** @param {Connector} one @returns {{tone: "good" | "warn" | "bad" | "calm", words: string}} */
function stateOf({ round, refused }) {
  if (!round) return { tone: "calm", words: t("incoming.not_yet") };
  if (round.problem) return { tone: "bad", words: t("sync.trouble") };
  if (refused.length) return { tone: "warn", words: t("incoming.refused", { count: refused.length }) };
  return { tone: "good", words: t("sync.up_to_date") };
}

/** @param {Problem} problem */
const reason = ({ detail, title, code, errors = [] }) =>
  [detail ?? title ?? code, ...errors.map((one) => `${one.pointer ?? ""} ${one.detail}`.trim())].join(" ");

/** @param {Record<string, number>} counts */
const figures = (counts) =>
  FIGURES.filter((name) => counts[name])
    .map((name) => `${count(counts[name] ?? 0)} ${t(`incoming.${name}_rows`)}`)
    .join(", ");

/** @param {{one: Connector, kinds: Kinds}} props */
function ConnectorCard({ one, kinds }) {
  const { tone, words } = stateOf(one);
  const named = (/** @type {string} */ kind) => label(kinds.find((each) => each.name === kind)?.labels) || kind;
  return html`<li class="card"><div class="card-head"><h3>${one.name}</h3><${Badge} tone=${tone}>${words}<//></div>
    ${one.round?.problem && html`<div class="note bad"><p>${reason(one.round.problem)}</p></div>`}
    ${
      one.round &&
      html`<dl class="figures"><div><dt>${t("incoming.round")}</dt><dd><${Ago} at=${one.round.ended_at ?? one.round.began_at} /></dd></div>
      ${Object.entries(one.round.kinds).map(([kind, counts]) => html`<div key=${kind}><dt>${named(kind)}</dt><dd>${figures(counts) || t("incoming.nothing")}</dd></div>`)}</dl>`
    }
    ${
      one.refused.length > 0 &&
      html`<h4>${t("incoming.refused_title")}</h4><p class="soft">${t("incoming.refused_help")}</p>
      <ul class="plain">${one.refused.map((row) => html`<li key=${`${row.kind} ${row.ref}`} class="note warn"><div><p><strong>${row.title}</strong> <span class="soft">${named(row.kind)} ${row.ref} · <${Ago} at=${row.since} /></span></p><p>${reason(row.problem)}</p></div></li>`)}</ul>`
    }
  </li>`;
}

/** @param {{connectors: Connector[], kinds: Kinds}} props */
export function Incoming({ connectors, kinds }) {
  if (!connectors.length) return null;
  return html`<section aria-labelledby="incoming"><h2 id="incoming">${t("incoming.title")}</h2>
    <ul class="cards">${connectors.map((one) => html`<${ConnectorCard} key=${one.name} one=${one} kinds=${kinds} />`)}</ul></section>`;
}
