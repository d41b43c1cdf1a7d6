// Records that may be one: the pairs that wait, two of them side by side, and what was merged.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { read } from "../api.js";
import { setAttention } from "../attention.js";
import { kinds } from "../kinds.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Compare } from "../merge/compare.js";
import { Done } from "../merge/done.js";
import { PairCard } from "../merge/pair.js";
import { Button } from "../parts/button.js";
import { SelectField } from "../parts/fields.js";
import { Empty, Loaded } from "../parts/states.js";
import { route } from "../router.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Pair} Pair */

const EVERY_MS = 15_000;
const PAGE = 50;
const MOST = 200;
const KIND = "customer";

/** @param {{found: Pair[], count: number, kind: Kind | undefined, more: boolean, onMore: () => void, onChange: () => void}} props */
function Waiting({ found, count, kind, more, onMore, onChange }) {
  useEffect(() => setAttention("duplicates", count), [count]);
  if (!found.length) return html`<${Empty} icon="check" title=${t("merge.empty")}><p>${t("merge.empty.help")}</p><//>`;
  return html`<ul class="cards wide">${found.map(
    (pair) =>
      html`<${PairCard} key=${pair.records.map(({ id }) => id).join()} pair=${pair} kind=${kind} onChange=${onChange} />`,
  )}</ul>
    ${more && html`<p class="more"><${Button} onClick=${onMore}>${t("merge.more")}<//></p>`}`;
}

function List() {
  const [state, setState] = useState("waiting");
  const [limit, setLimit] = useState(PAGE);
  const load = useLoad(
    async () => {
      const path = state === "waiting" ? "duplicates" : "merges";
      const [answer, all] = await Promise.all([read(`/api/v1/${path}?kind=${KIND}&limit=${limit}`), kinds()]);
      const more = answer.next !== null && limit < MOST;
      return { answer, state, more, kind: all.find((one) => one.name === KIND) };
    },
    { every: EVERY_MS, deps: [state, limit] },
  );
  const choices = ["waiting", "merged"].map((value) => ({ value, label: t(`merge.state.${value}`) }));
  return html`<header class="head">
      <div><h1>${t("nav.duplicates")}</h1><p class="lede">${t(may("customer merge") ? "merge.list.lede" : "merge.list.lede.reader")}</p></div>
      <${SelectField} name="state" label=${t("approvals.show")} value=${state} choices=${choices} onValue=${setState} />
    </header>
    <${Loaded} load=${load}>${(/** @type {any} */ { answer, state: told, ...rest }) =>
      told === "waiting"
        ? html`<${Waiting} found=${answer.pairs} count=${answer.count} ...${rest} onMore=${() => setLimit(MOST)} onChange=${load.reload} />`
        : html`<${Done} found=${answer.merges} ...${rest} onChange=${load.reload} />`}<//>`;
}

export function Duplicates() {
  const [, record, alias] = route.value.split("/");
  return record && alias ? html`<${Compare} record=${record} alias=${alias} />` : html`<${List} />`;
}
