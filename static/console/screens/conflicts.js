// Two people, one field, two values: both are kept until somebody says which one holds.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { asProblem, Problem, post, read } from "../api.js";
import { setAttention } from "../attention.js";
import { kinds } from "../kinds.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { fieldAt, Side, Value } from "../parts/value.js";
import { wordFor } from "../words.js";

/** @typedef {import("../types.js").Conflict} Conflict */
/** @typedef {import("../types.js").Kind} Kind */

const EVERY_MS = 10_000;

/** @param {Conflict} conflict @param {"current" | "proposed"} decision */
async function decide(conflict, decision) {
  const version = conflict.version ?? (await read(`/api/v1/records/${conflict.kind}/${conflict.record}`)).version;
  await post(`/api/v1/conflicts/${conflict.id}`, { decision, version });
}

/** @param {{conflict: Conflict, kind: Kind | undefined, onChange: () => void}} props */
function ConflictCard({ conflict, kind, onChange }) {
  const [busy, setBusy] = useState(false);
  const { field, name } = fieldAt(kind, conflict.field);
  async function act(/** @type {"current" | "proposed"} */ decision) {
    setBusy(true);
    try {
      await decide(conflict, decision);
      say(t(`conflicts.done.${decision}`, { field: name }));
    } catch (error) {
      const problem = asProblem(error);
      say(problem instanceof Problem && problem.code === "conflict_moved" ? t("conflicts.moved") : problem.message);
    } finally {
      setBusy(false);
      onChange();
    }
  }
  return html`<li class="card clash">
    <div class="card-head"><h2>${conflict.title ?? conflict.number ?? conflict.record}</h2><span class="soft">${label(kind?.labels)} ${conflict.number ?? ""}</span></div>
    <p class="clash-field">${name}</p>
    <div class="sides">
      <${Side} title=${t("conflicts.current")} value=${conflict.current} field=${field}>
        ${may("conflict update") && html`<${Button} busy=${busy} onClick=${() => act("current")}>${t("conflicts.keep")}<//>`}
      <//>
      <${Side} strong title=${t("conflicts.proposed")} value=${conflict.proposed} field=${field}>
        ${may("conflict update") && html`<${Button} look="main" busy=${busy} onClick=${() => act("proposed")}>${t("conflicts.take")}<//>`}
      <//>
    </div>
    ${conflict.rule && html`<p>${t(`conflicts.rule.${conflict.rule}`, { channel: wordFor("channel", conflict.channel) })}</p>`}
    <div class="soft clash-foot">${t("conflicts.by", { name: conflict.by })} · <${Ago} at=${conflict.at} /> · ${t("conflicts.before")} <${Value} value=${conflict.base} field=${field} /></div>
  </li>`;
}

/** @param {{conflicts: Conflict[], all: Kind[], onChange: () => void}} props */
function Clashes({ conflicts, all, onChange }) {
  useEffect(() => setAttention("conflicts", conflicts.length), [conflicts.length]);
  if (!conflicts.length)
    return html`<${Empty} icon="check" title=${t("conflicts.empty")}><p>${t("conflicts.empty.help")}</p><//>`;
  return html`<ul class="cards wide">
    ${conflicts.map((one) => html`<${ConflictCard} key=${one.id} conflict=${one} kind=${all.find((kind) => kind.name === one.kind)} onChange=${onChange} />`)}
  </ul>`;
}

export function Conflicts() {
  const load = useLoad(
    async () => {
      const [answer, all] = await Promise.all([read("/api/v1/conflicts?state=open"), kinds()]);
      return { conflicts: answer.conflicts, all };
    },
    { every: EVERY_MS },
  );
  return html`<header class="head"><div><h1>${t("nav.conflicts")}</h1><p class="lede">${t("conflicts.lede")}</p></div></header>
    <${Loaded} load=${load}>${(/** @type {{conflicts: Conflict[], all: Kind[]}} */ { conflicts, all }) =>
      html`<${Clashes} conflicts=${conflicts} all=${all} onChange=${load.reload} />`}<//>`;
}
