// Two values for one field: both are shown with who wrote them and when, and whoever may decides, field by field. Nothing
// is lost either way: the other value stays in the record's history.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Failure } from "../api.js";
import { wake } from "../data.js";
import { timeOrDate } from "../format.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { account, call, changed, status } from "../runtime.js";
import { asMap } from "../summary.js";
import { Button, say } from "./controls.js";
import { Facts } from "./facts.js";

/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {{id: string, record: string, version: number, field: string, base: Json, current: Json, proposed: Json, by: string, at: string}} Clash
 *   field: a path with dots, "contacts.<id>.phone" or "addresses.<id>" */

/** The field, or the element, that a clash is about. @param {string} kind @param {Clash} clash */
function placeOf(kind, { field }) {
  const [name = "", , member] = field.split(".");
  const found = kindNamed(kind)?.fields.find((each) => each.name === name);
  return member ? found?.fields?.find((each) => each.name === member) : found;
}

/** @param {{field: FieldSchema | undefined, value: Json}} props */
function Side({ field, value }) {
  if (value === null || value === undefined) return html`<p class="soft">${t("clash.nothing")}</p>`;
  if (field?.type === "group") return html`<${Facts} fields=${field.fields ?? []} data=${asMap(value)} />`;
  return html`<${Facts} fields=${field ? [field] : []} data=${{ [field?.name ?? ""]: value }} />`;
}

/** @param {Clash} clash */
const idOf = ({ id }) => id;
/** @param {Clash} clash */
const looked = ({ id, current, proposed }) => JSON.stringify([id, current, proposed]);

/** @typedef {{by: string, at: string}} Author */
/** @typedef {"current" | "proposed"} Choice */

/** Which of the two is this person's own; "" for neither. @param {Clash} clash @param {Author | undefined} now  who gave the current one @returns {Choice | ""} */
function mine({ by }, now) {
  const name = account.value?.user.name;
  return by === name ? "proposed" : now?.by === name ? "current" : "";
}

/** @param {Author | undefined} author */
const told = (author) =>
  author ? t("clash.proposed", { who: author.by, time: timeOrDate(Date.parse(author.at)) }) : "";

/** What the button of a side says. @param {Choice} side @param {Choice | ""} own */
function wordsFor(side, own) {
  if (own) return t(side === own ? "clash.mine" : "clash.theirs");
  return t(side === "current" ? "clash.keep_current" : "clash.take_proposed");
}

/**
 * @param {{kind: string, clash: Clash, now: Author | undefined, chosen: Choice | undefined, onChoose: (clash: Clash, choice: Choice) => void}} props
 *   now: who gave the value that stands; chosen: undefined where a choice is carried out at once
 */
function OneClash({ kind, clash, now, chosen, onChoose }) {
  const field = placeOf(kind, clash);
  const own = mine(clash, now);
  const sides = /** @type {const} */ (["current", "proposed"]).map((side) => {
    const whose = told(side === "current" ? now : clash);
    return html`<div class="clash-side" key=${side}><h4>${side === "current" ? t("clash.current") : t("clash.waits")}${whose && html`<span>${own === side ? t("clash.yours", { who: whose }) : whose}</span>`}</h4>
      <${Side} field=${field} value=${clash[side]} />
      <${Button} aria-pressed=${chosen === undefined ? undefined : chosen === side} onClick=${() => onChoose(clash, side)}>${wordsFor(side, own)}<//></div>`;
  });
  return html`<div class="clash" role="group" aria-label=${label(field?.labels)}>${sides}</div>`;
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (!(error instanceof Failure)) throw error;
  return error.problem?.detail ?? t("clash.offline");
}

/** Who gave the values that stand, by place; nothing where this person may not read that. @param {string} kind @param {string} record */
async function authors(kind, record) {
  try {
    return (await call(`/api/v1/records/${kind}/${record}/provenance`)).provenance ?? {};
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return {};
  }
}

/** @param {Clash} clash @param {Record<string, Author>} known */
const authorOf = ({ field }, known) => known[field] ?? known[field.split(".").slice(0, 2).join(".")];

/** Several fields: a choice at each, then all of them are carried out. @param {{clashes: Clash[], known: Record<string, Author>, choices: Map<string, Choice>, onAll: (choose: (clash: Clash) => Choice) => void, onDone: () => void}} props */
function Mix({ clashes, known, choices, onAll, onDone }) {
  const owns = clashes.map((clash) => mine(clash, authorOf(clash, known)) || "proposed");
  const pick = (/** @type {boolean} */ own) =>
    onAll((clash) => ((owns[clashes.indexOf(clash)] === "proposed") === own ? "proposed" : "current"));
  return html`<div class="actions"><${Button} look="quiet" onClick=${() => pick(true)}>${t("clash.all_mine")}<//>
      <${Button} look="quiet" onClick=${() => pick(false)}>${t("clash.all_theirs")}<//></div>
    <${Button} look="main" disabled=${choices.size < clashes.length} onClick=${onDone}>${t("clash.decide", { count: clashes.length })}<//>`;
}

/** @param {{kind: string, record: string, version: number, plain?: boolean}} props  plain: inside another card */
export function Clashes({ kind, record, version, plain = false }) {
  const clashes = useSignal(/** @type {Clash[]} */ ([]));
  const known = useSignal(/** @type {Record<string, Author>} */ ({}));
  const choices = useSignal(/** @type {Map<string, Choice>} */ (new Map()));
  const note = useSignal("");
  const prove = useSignal(/** @type {typeof import("./prove.js") | null} */ (null));
  const place = `clashes ${record}`;

  async function load() {
    try {
      const { conflicts } = await call("/api/v1/conflicts?state=open");
      const found = conflicts.filter((/** @type {Clash} */ clash) => clash.record === record);
      known.value = found.length ? await authors(kind, record) : {};
      // A choice holds as long as both values are those that were looked at.
      const seen = clashes.value.map(looked);
      const stay = new Set(found.filter((/** @type {Clash} */ clash) => seen.includes(looked(clash))).map(idOf));
      choices.value = new Map([...choices.value].filter(([id]) => stay.has(id)));
      clashes.value = found;
      note.value = "";
    } catch (error) {
      note.value = sentenceOf(error);
    }
  }

  /** @param {[Clash, Choice][]} decisions */
  async function decide(decisions) {
    try {
      prove.value ??= await import("./prove.js"); // read when it is needed
      let standing = decisions[0]?.[0].version;
      for (const [clash, decision] of decisions) {
        const path = `/api/v1/conflicts/${clash.id}`;
        const after = await prove.value.decide(place, path, { decision, version: standing });
        standing = after.version; // moved by this hand: the next field is decided on what it led to
      }
      say(t("clash.decided"));
      await wake("tap");
      await changed([{ kind, id: record }]);
    } catch (error) {
      say(sentenceOf(error));
    }
    await load();
  }

  const several = clashes.value.length > 1;
  /** @param {Clash} clash @param {Choice} choice */
  function choose(clash, choice) {
    if (several) choices.value = new Map(choices.value).set(clash.id, choice);
    else void decide([[clash, choice]]);
  }
  const all = () => decide(clashes.value.map((clash) => [clash, choices.value.get(clash.id) ?? "current"]));

  const online = status.value.link === "online";
  useEffect(() => void load(), [record, version, online]);
  const inside = html`${note.value && html`<p class="soft">${note.value}</p>`}
    ${clashes.value.map((clash) => html`<${OneClash} key=${clash.id} kind=${kind} clash=${clash} now=${authorOf(clash, known.value)} chosen=${several ? (choices.value.get(clash.id) ?? "") : undefined} onChoose=${choose} />`)}
    ${
      several &&
      html`<${Mix} clashes=${clashes.value} known=${known.value} choices=${choices.value} onDone=${all} onAll=${(
        /** @type {(clash: Clash) => Choice} */ pick,
      ) => {
        choices.value = new Map(clashes.value.map((clash) => [clash.id, pick(clash)]));
      }} />`
    }
    ${prove.value && html`<${prove.value.PasswordAgain} place=${place} />`}`;
  return plain
    ? html`<div class="clashes">${inside}</div>`
    : html`<section class="card clashes"><h3 class="card-head">${t("clash.title")}</h3>${inside}</section>`;
}
