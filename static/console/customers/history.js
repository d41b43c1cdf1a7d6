// The time line of a record: who made each version and what happened in between; any two compared, an old one brought back.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, read } from "../api.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Undo } from "../merge/done.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { fieldAt, Value } from "../parts/value.js";
import { wordFor } from "../words.js";
import { Compare } from "./compare.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Row} Row */
/** @typedef {import("../types.js").Past} Past */
/** @typedef {import("../types.js").VersionTold} VersionTold */
/** @typedef {import("../types.js").EventTold} EventTold */

const PAGE = 20;

/** Before and after of each place. @param {{changes: import("../types.js").ChangeTold[], declaration: Kind, children?: any}} props */
export function Changes({ changes, declaration }) {
  return html`<ul class="changes">${changes.map((one) => {
    const { field, name } = fieldAt(declaration, one.field);
    return html`<li key=${one.field}><span class="changes-name">${name}</span>
      <del><${Value} value=${one.old} field=${field} /></del> <span aria-hidden="true">→</span><span class="visually-hidden">${t("history.becomes")}</span>
      <ins><${Value} value=${one.new} field=${field} /></ins>
      ${one.typed && html`<span class="soft"> ${t("history.typed", { text: one.typed })}</span>`}</li>`;
  })}</ul>`;
}

/** The way back from a merge that made a version. @param {{told: VersionTold, row: Row, declaration: Kind, onDone: () => void}} props */
function UndoMerge({ told, row, declaration, onDone }) {
  const [asked, setAsked] = useState(false);
  const { merge } = told;
  if (merge?.what !== "merged" || merge.undone || !may("customer unmerge")) return null;
  const sides = { id: merge.id, record: { number: row.number }, alias: { number: merge.number } };
  function done() {
    setAsked(false);
    onDone();
  }
  return html`<div class="actions"><${Button} onClick=${() => setAsked(true)}>${t("merge.undo")}<//></div>
    ${asked && html`<${Undo} merge=${sides} kind=${declaration} onDone=${done} onClose=${() => setAsked(false)} />`}`;
}

/** @param {{told: VersionTold, row: Row, declaration: Kind, onCompare: (version: number) => void, onDone: () => void}} props */
function Version({ told, row, declaration, onCompare, onDone }) {
  return html`<li class="moment">
    <div class="card-head"><h3>${t("history.version", { version: told.version })}</h3><${Ago} at=${told.at} /></div>
    <p>${t("history.by", { name: told.actor, channel: wordFor("channel", told.channel) })}
      ${told.device && html` <span class="soft" title=${told.device}>${t("history.device", { id: told.device.slice(-4) })}</span>`}
      ${told.approved_by && html` ${t("history.approved", { name: told.approved_by })}`}
      ${told.file && html` ${t("history.file", { name: told.file })}`}
      ${told.restored_from && html` ${t("history.restored_from", { version: told.restored_from })}`}
      ${told.merge && html` ${t(`history.${told.merge.what}`, { number: told.merge.number })}`}</p>
    ${
      told.version === 1 && told.changes.length > 8
        ? html`<details><summary>${t("history.created", { count: told.changes.length })}</summary><${Changes} changes=${told.changes} declaration=${declaration} /></details>`
        : html`<${Changes} changes=${told.changes} declaration=${declaration} />`
    }
    <${UndoMerge} told=${told} row=${row} declaration=${declaration} onDone=${onDone} />
    ${told.version !== row.version && html`<div class="actions"><${Button} look="quiet" onClick=${() => onCompare(told.version)}>${t("history.compare")}<//></div>`}
  </li>`;
}

/** @param {{told: EventTold, declaration: Kind}} props */
function Event({ told, declaration }) {
  const { field, name } = fieldAt(declaration, told.field);
  const by = told.by || t("history.machine");
  return html`<li class="moment soft">
    <div class="card-head"><p>${t(`history.event.${told.event}`, { name: by, field: name })}</p><${Ago} at=${told.at} /></div>
    ${
      told.field &&
      html`<p><${Value} value=${told.old} field=${field} /> <span aria-hidden="true">${told.event.startsWith("proposal") ? "→" : "↔"}</span> <${Value} value=${told.new} field=${field} />
      ${told.state && html` (${wordFor("history.state", told.state)})`}</p>`
    }
    ${told.words && html`<blockquote>${told.words}</blockquote>`}
  </li>`;
}

/** Versions and events in one line, the newest first. @param {Past[]} pages */
const inOrder = (pages) =>
  pages
    .flatMap((page) => [...page.events, ...page.versions])
    .sort((left, right) => (left.at < right.at ? 1 : left.at > right.at ? -1 : 0));

/** @param {{row: Row, declaration: Kind, onRestored: () => void}} props */
export function History({ row, declaration, onRestored }) {
  const [older, setOlder] = useState(/** @type {Past[]} */ ([]));
  const [compared, setCompared] = useState(0);
  const place = `/api/v1/records/${row.kind}/${row.id}`;
  const load = useLoad(() => read(`${place}/history?limit=${PAGE}`), { deps: [place, row.version] });
  const last = older.at(-1) ?? load.data;
  async function show() {
    try {
      const page = await read(`${place}/history?limit=${PAGE}&before=${last?.next}`);
      setOlder([...older, page]);
    } catch (error) {
      say(asProblem(error).message);
    }
  }
  return html`<section class="panel history"><h2>${t("history.title")}</h2>
    <${Loaded} load=${load}>${(/** @type {Past} */ first) => html`<ol class="moments">
      ${inOrder([first, ...older]).map((one, at) =>
        "version" in one
          ? html`<${Version} key=${`v${one.version}`} told=${one} row=${row} declaration=${declaration} onCompare=${setCompared} onDone=${onRestored} />`
          : html`<${Event} key=${`e${at}`} told=${one} declaration=${declaration} />`,
      )}
    </ol>`}<//>
    ${last?.next && html`<p class="more"><${Button} onClick=${show}>${t("more")}<//></p>`}
    ${compared > 0 && html`<${Compare} row=${row} declaration=${declaration} version=${compared} onClose=${() => setCompared(0)} onRestored=${onRestored} />`}
  </section>`;
}
