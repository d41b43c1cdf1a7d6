// What was lost with a database that was damaged, until an administrator says that they know.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { ailments } from "../attention.js";
import { count, dateTime } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button, ButtonLink } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded } from "../parts/states.js";

/** @typedef {import("../types.js").Damaged} Damaged */

const SHOWN_MAX = 20;

/** @param {string[]} items */
const some = (items) =>
  items.length > SHOWN_MAX
    ? `${items.slice(0, SHOWN_MAX).join(", ")} ${t("damage.more", { count: items.length - SHOWN_MAX })}`
    : items.join(", ") || t("damage.none");

/** @param {{one: Damaged, onKnown: () => void}} props */
function Card({ one, onKnown }) {
  const spans = one.entries_lost.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  const rows = Object.entries(one.rows_lost).map(([name, many]) => `${count(many)} ${name}`);
  return html`<li class="card">
    <div class="card-head"><h2>${dateTime(one.at)}</h2>
      <${Badge} tone=${one.confirmed_at ? "calm" : "bad"}>${t(one.confirmed_at ? "damage.known" : "damage.open")}<//></div>
    <p>${one.reason}</p>
    <dl class="figures">
      <div><dt>${t("damage.pages")}</dt><dd>${t("damage.of", { lost: count(one.pages_lost), all: count(one.pages) })}</dd></div>
      <div><dt>${t("damage.kept")}</dt><dd>${count(one.rows)}</dd></div>
      <div><dt>${t("damage.head")}</dt><dd>${count(one.head)}</dd></div>
    </dl>
    <h3>${t("damage.entries")}</h3><p>${some(spans)}</p>
    <h3>${t("damage.rows")}</h3><p>${some(rows)}</p>
    <h3>${t("damage.records")}</h3><p class="code">${some(one.records_lost)}</p>
    <p class="soft">${t("damage.files", { folder: one.folder })}</p>
    ${one.confirmed_at ? html`<p class="soft">${t("damage.by", { name: one.confirmed_by, at: dateTime(one.confirmed_at) })}</p>` : may("damage confirm") && html`<${Button} look="main" onClick=${onKnown}>${t("damage.confirm")}<//>`}
  </li>`;
}

/** @param {{one: Damaged, onClose: () => void, onDone: () => void}} props */
function Know({ one, onClose, onDone }) {
  const [state, setState] = useState({ busy: false, problem: /** @type {any} */ (undefined) });
  async function confirm() {
    setState({ busy: true, problem: undefined });
    try {
      await post("/api/v1/damage", { folder: one.folder });
      ailments.value = ailments.value.filter(({ name }) => name !== "damage");
      say(t("damage.done"));
      onDone();
    } catch (error) {
      setState({ busy: false, problem: asProblem(error) });
    }
  }
  return html`<${Confirm} title=${t("damage.confirm.title")} text=${t("damage.confirm.text")} yes=${t("damage.confirm")}
    busy=${state.busy} problem=${state.problem} onYes=${confirm} onClose=${onClose} />`;
}

export function Damage() {
  const [asked, setAsked] = useState(/** @type {Damaged | null} */ (null));
  const load = useLoad(() => read("/api/v1/damage"), { deps: [language.value] });
  return html`<header class="head">
      <div><h1>${t("nav.damage")}</h1><p class="lede">${t("damage.lede")}</p></div>
      ${may("backup list") && html`<${ButtonLink} icon="stock" href="#/backups">${t("nav.backups")}<//>`}
    </header>
    <${Loaded} load=${load}>${(/** @type {{damaged: Damaged[]}} */ { damaged }) =>
      damaged.length
        ? html`<ul class="cards">${damaged.map((one) => html`<${Card} key=${one.folder} one=${one} onKnown=${() => setAsked(one)} />`)}</ul>`
        : html`<${Empty} title=${t("damage.empty")} />`}<//>
    ${
      asked &&
      html`<${Know} one=${asked} onClose=${() => setAsked(null)} onDone=${() => {
        setAsked(null);
        load.reload();
      }} />`
    }`;
}
