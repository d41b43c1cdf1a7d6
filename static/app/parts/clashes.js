// Two values for one field: both are shown with who wrote them, and whoever may decides. Nothing is lost either way: the
// other value stays in the record's history.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Failure } from "../api.js";
import { wake } from "../data.js";
import { timeOrDate } from "../format.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { call, changed } from "../runtime.js";
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

/** @param {{kind: string, clash: Clash, onDecide: (clash: Clash, decision: string) => void}} props */
function OneClash({ kind, clash, onDecide }) {
  const field = placeOf(kind, clash);
  const proposedBy = t("clash.proposed", { who: clash.by, time: timeOrDate(Date.parse(clash.at)) });
  return html`<div class="clash" role="group" aria-label=${label(field?.labels)}>
    <div class="clash-side"><h4>${t("clash.current")}</h4><${Side} field=${field} value=${clash.current} />
      <${Button} onClick=${() => onDecide(clash, "current")}>${t("clash.keep_current")}<//></div>
    <div class="clash-side"><h4>${proposedBy}</h4><${Side} field=${field} value=${clash.proposed} />
      <${Button} onClick=${() => onDecide(clash, "proposed")}>${t("clash.take_proposed")}<//></div>
  </div>`;
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (!(error instanceof Failure)) throw error;
  return error.problem?.detail ?? t("clash.offline");
}

/** @param {{kind: string, record: string, version: number}} props */
export function Clashes({ kind, record, version }) {
  const clashes = useSignal(/** @type {Clash[]} */ ([]));
  const note = useSignal("");
  const prove = useSignal(/** @type {typeof import("./prove.js") | null} */ (null));

  async function load() {
    try {
      const { conflicts } = await call("/api/v1/conflicts?state=open");
      clashes.value = conflicts.filter((/** @type {Clash} */ clash) => clash.record === record);
      note.value = "";
    } catch (error) {
      note.value = sentenceOf(error);
    }
  }

  /** @param {Clash} clash @param {string} decision */
  async function decide(clash, decision) {
    try {
      prove.value ??= await import("./prove.js"); // read when it is needed
      await prove.value.decide(`clashes ${record}`, `/api/v1/conflicts/${clash.id}`, {
        decision,
        version: clash.version,
      });
      say(t("clash.decided"));
      await wake("tap");
      await changed([{ kind, id: record }]);
    } catch (error) {
      say(sentenceOf(error));
    }
    await load();
  }

  useEffect(() => void load(), [record, version]);
  return html`<section class="card clashes"><h3 class="card-head">${t("clash.title")}</h3>
    ${note.value && html`<p class="soft">${note.value}</p>`}
    ${clashes.value.map((clash) => html`<${OneClash} key=${clash.id} kind=${kind} clash=${clash} onDecide=${decide} />`)}
    ${prove.value && html`<${prove.value.PasswordAgain} place=${`clashes ${record}`} />`}
  </section>`;
}
