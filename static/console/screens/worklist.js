// What is to be mended, the most worthwhile first: what is missing, what is doubtful, what nobody has looked at for long.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { read } from "../api.js";
import { Findings } from "../customers/findings.js";
import { usePages } from "../customers/pages.js";
import { tone } from "../customers/quality.js";
import { kind } from "../kinds.js";
import { Button } from "../parts/button.js";
import { SelectField, TextField } from "../parts/fields.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { session } from "../session.js";

/** @typedef {import("../types.js").WorkItem} WorkItem */
/** @typedef {import("../types.js").Kind} Kind */

const PAGE = 50;
/** What is worth most is read at once; the rest of a card is folded away. */
const FIRST = 2;

/** @param {{item: WorkItem, declaration: Kind}} props */
function Item({ item, declaration }) {
  return html`<li class="card">
    <div class="card-head"><h2><a href=${`#/customers/${item.record}`}>${item.title}</a></h2>
      <${Badge} tone=${tone(item.score)}>${t("quality.score", { score: item.score })}<//></div>
    <p class="soft"><span class="code">${item.number}</span> ${item.territory}</p>
    ${item.due && html`<p><${Badge} tone="warn">${t("quality.due")}<//> ${item.verified_at ? html`<${Ago} at=${item.verified_at} />` : t("quality.never")}</p>`}
    ${item.findings.length > 0 && html`<${Findings} findings=${item.findings} declaration=${declaration} record=${item.record} first=${FIRST} />`}
  </li>`;
}

export function Worklist() {
  const [show, setShow] = useState("all");
  const [territory, setTerritory] = useState("");
  const {
    load,
    rows,
    next,
    show: onMore,
  } = usePages(
    async (after) => {
      const asked = new URLSearchParams({ after, limit: String(PAGE), territory: territory.trim() });
      if (show === "due") asked.set("due", "true");
      if (show === "own") asked.set("owner", session.value?.user.id ?? "");
      const [declaration, page] = await Promise.all([kind("customer"), read(`/api/v1/worklist/customer?${asked}`)]);
      return { rows: page.items, next: page.next, declaration };
    },
    [show, territory],
  );
  const choices = ["all", "due", "own"].map((value) => ({ value, label: t(`worklist.show.${value}`) }));
  return html`<header class="head"><div><h1>${t("nav.worklist")}</h1><p class="lede">${t("worklist.lede")}</p></div></header>
    <div class="compare-choice">
      <${SelectField} name="show" label=${t("worklist.show")} value=${show} choices=${choices} onValue=${setShow} />
      <${TextField} name="territory" optional label=${t("worklist.territory")} value=${territory} onValue=${setTerritory} />
    </div>
    <${Loaded} load=${load} rows=${6}>${(/** @type {any} */ { declaration }) =>
      rows.length
        ? html`<ul class="cards wide" aria-label=${t("nav.worklist")}>${rows.map((item) => html`<${Item} key=${item.record} item=${item} declaration=${declaration} />`)}</ul>`
        : html`<${Empty} icon="check" title=${t("worklist.empty")}><p>${t("worklist.empty.help")}</p><//>`}
    <//>
    ${next && html`<p class="more"><${Button} onClick=${onMore}>${t("more")}<//></p>`}`;
}
