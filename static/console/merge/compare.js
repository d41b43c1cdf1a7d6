// Two records side by side: what differs, which side holds, what comes of it, and what they are in the end.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { dateTime } from "../format.js";
import { kinds } from "../kinds.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { AreaField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Loaded } from "../parts/states.js";
import { go } from "../router.js";
import { titleOf } from "./pair.js";
import { Place } from "./place.js";
import { orderOf, Preview, usePreview } from "./preview.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").MergeComparison} Comparison */

const KIND = "customer";

/** @param {{told: Comparison, which: "kept" | "other"}} props */
function Head({ told, which }) {
  const record = told[which];
  return html`<div class=${`side${which === "kept" ? " strong" : ""}`}>
    <p class="soft">${t(`merge.side.${which}`)}</p>
    <h2>${titleOf(record)}</h2>
    <p class="soft">${record.number} · ${t("merge.changed", { when: dateTime(record.updated_at) })}</p>
    ${told.suggested === record.id && html`<p class="soft">${t("merge.suggested")}</p>`}
  </div>`;
}

/** @param {{told: Comparison, kind: Kind | undefined}} props */
function Desk({ told, kind }) {
  const [choices, setChoices] = useState(/** @type {Record<string, string>} */ ({}));
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState("");
  const preview = usePreview(told, choices);
  const { kept, other } = told;
  const path = `/api/v1/records/${kept.kind}/${kept.id}`;

  /** @param {string} name @param {() => Promise<string>} work  what to say afterwards */
  async function act(name, work) {
    setBusy(name);
    try {
      say(await work());
      go("duplicates");
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy("");
    }
  }
  const merge = () =>
    act("merge", async () => {
      const answer = await post(`${path}/merge`, { ...orderOf(told, choices), reason });
      return t(`merge.done.${answer.status}`, { other: other.number, number: kept.number });
    });
  const notSame = () =>
    act("not_same", async () => {
      await post(`${path}/not-same`, { other: other.id });
      return t("merge.done.not_same");
    });
  const stands = preview.answer && preview.answer.problems.length === 0;
  return html`<div class="sides heads"><${Head} told=${told} which="kept" /><${Head} told=${told} which="other" /></div>
    <div class="actions">
      <${Button} icon="transfer" onClick=${() => go(`duplicates/${other.id}/${kept.id}`)}>${t("merge.swap")}<//>
      <${Button} icon="close" busy=${busy === "not_same"} disabled=${busy !== ""} onClick=${notSame}>${t("merge.not_same")}<//>
    </div>
    ${told.notes.map((note) => html`<p class="note warn">${t(`merge.note.${note}`, { kept: kept.number, other: other.number })}</p>`)}
    <div class="differences"><h2>${t("merge.differences", { count: told.places.length })}</h2>
    <p class="soft">${t("merge.differences.help")}</p></div>
    ${told.places.map(
      (place) =>
        html`<${Place} key=${place.field} place=${place} kind=${kind} currency=${kept.data.currency} choice=${choices[place.field] ?? place.proposed}
          onChoose=${(/** @type {string} */ side) => setChoices({ ...choices, [place.field]: side })} />`,
    )}
    <section class="card"><h2>${t("merge.preview")}</h2><p class="soft">${t("merge.preview.help", { number: kept.number })}</p>
      <${Preview} state=${preview} kind=${kind} /></section>
    <${AreaField} name="merge-reason" rows=${2} optional label=${t("merge.why")} hint=${t("merge.why.hint")} value=${reason} onValue=${setReason} />
    <div class="actions"><${Button} look="main" icon="check" busy=${busy === "merge"} disabled=${busy !== "" || !stands} onClick=${merge}>${t("merge.merge")}<//></div>`;
}

/** @param {{record: string, alias: string}} props */
export function Compare({ record, alias }) {
  const load = useLoad(
    async () => {
      const [told, all] = await Promise.all([read(`/api/v1/records/${KIND}/${record}/merge/${alias}`), kinds()]);
      return { told, kind: all.find((one) => one.name === KIND) };
    },
    { deps: [record, alias] },
  );
  return html`<header class="head"><div><h1>${t("merge.title")}</h1><p class="lede">${t("merge.lede")}</p></div></header>
    <p><a href="#/duplicates">${t("merge.back")}</a></p>
    <${Loaded} load=${load}>${(/** @type {{told: Comparison, kind: Kind}} */ data) => html`<${Desk} key=${`${record} ${alias}`} ...${data} />`}<//>`;
}
