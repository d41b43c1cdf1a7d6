// Audit: who did what, the newest first, and what proves that none of it was altered.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, read } from "../api.js";
import { Proof } from "../audit/checkpoint.js";
import { count, dateTime } from "../format.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { SelectField } from "../parts/fields.js";
import { Empty, ProblemNote, Waiting } from "../parts/states.js";
import { wordFor } from "../words.js";

/**
 * @typedef {{seq: number, at: string, type: string, kind: string, subject: string, subject_name: string, actor: string,
 *   actor_name: string, device_name: string, role: string, fields: string[], count: number | null}} Act
 * @typedef {{acts: Act[], next: number | null, people: Record<string, string>}} Page
 */

const FAMILIES = ["access", "record", "device", "print"];

/** @param {{family: string, actor: string, before: number}} asked @returns {Promise<Page>} */
const page = (asked) =>
  read(`/api/v1/audit?${new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]))}`);

/** Whom or what it was done to. @param {Act} act */
function aboutOf(act) {
  if (act.subject === act.actor) return "";
  const named = act.subject_name || act.subject.slice(-8);
  return [act.kind && wordFor("kind", act.kind), named].filter(Boolean).join(" ");
}

/** @param {Act} act */
function detailOf(act) {
  const said = [...act.fields];
  if (act.role) said.push(wordFor("role", act.role));
  if (act.count !== null) said.push(t("audit.records", { count: act.count }));
  return said.join(", ");
}

/** @param {{act: Act}} props */
function ActRow({ act }) {
  return html`<tr>
    <td data-label=${t("audit.when")}><time datetime=${act.at}>${dateTime(act.at)}</time></td>
    <td data-label=${t("audit.who")}>${act.actor_name || t("live.gateway")}${act.device_name && html` <span class="soft">${act.device_name}</span>`}</td>
    <td data-label=${t("audit.what")}>${wordFor("type", act.type)}</td>
    <td data-label=${t("audit.about")}>${aboutOf(act)}</td>
    <td data-label=${t("audit.fields")}>${detailOf(act)}</td>
    <td data-label=${t("audit.entry")} class="number">${count(act.seq)}</td>
  </tr>`;
}

/** @param {{acts: Act[]}} props */
function Table({ acts }) {
  const heads = ["when", "who", "what", "about", "fields"];
  return html`<table class="stacking">
    <thead><tr>${heads.map((head) => html`<th scope="col">${t(`audit.${head}`)}</th>`)}<th scope="col" class="number">${t("audit.entry")}</th></tr></thead>
    <tbody>${acts.map((act) => html`<${ActRow} key=${act.seq} act=${act} />`)}</tbody>
  </table>`;
}

function Acts() {
  const [wanted, setWanted] = useState({ family: "", actor: "" });
  const [acts, setActs] = useState(/** @type {Act[]} */ ([]));
  const [people, setPeople] = useState(/** @type {Record<string, string>} */ ({}));
  const [next, setNext] = useState(/** @type {number | null} */ (0));
  const [busy, setBusy] = useState(true);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | null} */ (null));

  /** @param {Act[]} before @param {number} from */
  async function more(before, from) {
    setBusy(true);
    setProblem(null);
    try {
      const found = await page({ ...wanted, before: from });
      setActs([...before, ...found.acts]);
      setPeople(found.people);
      setNext(found.next);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  }
  useEffect(() => {
    more([], 0);
  }, [wanted]);

  const families = FAMILIES.map((value) => ({ value, label: t(`audit.family.${value}`) }));
  const whom = Object.entries(people).map(([value, label]) => ({ value, label }));
  return html`<section aria-labelledby="acts"><h2 id="acts">${t("audit.acts")}</h2>
    <div class="fields-row">
      <${SelectField} name="family" label=${t("audit.what")} value=${wanted.family} blank=${t("audit.everything")} choices=${families}
        onValue=${(/** @type {string} */ family) => setWanted({ ...wanted, family })} />
      <${SelectField} name="actor" label=${t("audit.who")} value=${wanted.actor} blank=${t("audit.everybody")} choices=${whom}
        onValue=${(/** @type {string} */ actor) => setWanted({ ...wanted, actor })} />
    </div>
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    ${acts.length > 0 && html`<${Table} acts=${acts} />`}
    ${!busy && !problem && acts.length === 0 && html`<${Empty} icon="check" title=${t("audit.empty")} />`}
    ${busy && acts.length === 0 && html`<${Waiting} />`}
    ${next !== null && (acts.length > 0 || !busy) && html`<p class="more"><${Button} busy=${busy} onClick=${() => more(acts, next)}>${t("audit.older")}<//></p>`}
  </section>`;
}

export function Audit() {
  return html`<header class="head"><div><h1>${t("nav.audit")}</h1><p class="lede">${t("audit.lede")}</p></div></header>
    ${may("checkpoint read") && html`<${Proof} />`}
    <${Acts} />`;
}
