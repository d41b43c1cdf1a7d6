// One customer: who, how to reach them, where the entry is on its way, and everything that is known.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { kindOf } from "../forms/begin.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed, placeOf, stepsOf } from "../kinds.js";
import { dataOf, useKnown } from "../known.js";
import { LaterPart } from "../later.js";
import { ButtonLink, Empty } from "../parts/controls.js";
import { CustomerHead } from "../parts/customer_head.js";
import { Facts, hasFacts } from "../parts/facts.js";
import { Age, Standing } from "../parts/standing.js";
import { Ways } from "../parts/ways.js";
import { go } from "../router.js";
import { here } from "../runtime.js";

const RECENTS_MAX = 10;

/** @param {string} id */
async function rememberOpened(id) {
  const { db } = here();
  const before = /** @type {string[]} */ ((await db.get("recents")) ?? []);
  await db.set("recents", [id, ...before.filter((other) => other !== id)].slice(0, RECENTS_MAX));
}

/** What only the gateway knows; its file is read after the first paint. @param {{kind: string, record: string, version: number}} props */
function Past(props) {
  const card = useSignal(/** @type {any} */ (null));
  useEffect(() => {
    import("../parts/past.js").then(
      ({ PastCard }) => {
        card.value = PastCard;
      },
      () => undefined, // the app is not whole on this phone yet: it comes with the next visit
    );
  }, []);
  return card.value && html`<${card.value} ...${props} />`;
}

/**
 * Nobody of that name is here. Where an entry is only known by its id, its way leads here, and it may be a task, or a
 * visit, of which what can be looked at is its customer.
 * @param {{kind: string, id: string, about: string | undefined}} props
 */
function Gone({ kind, id, about }) {
  useEffect(() => {
    if (about) go(placeOf(kind, about), { replace: true });
    else
      void kindOf(here().db, id).then((found) => {
        if (found === "task") go(placeOf(found, id), { replace: true });
      });
  }, [kind, id, about]);
  return html`<${Empty} icon="people" title=${t("customer.gone")} action=${html`<${ButtonLink} href="#/customers">${t("nav.customers")}<//>`}>${t("customer.gone_text")}<//>`;
}

/** @param {{kind: string, id: string}} props */
export function Customer({ kind, id }) {
  const found = useKnown(kind, id);
  const data = found && dataOf(found);
  useEffect(() => {
    if (data) void rememberOpened(id);
  }, [id, !data]);
  if (!found) return null;
  if (!data) return html`<${Gone} kind=${kind} id=${id} about=${found.ops.find((op) => op.about)?.about} />`;
  const declared = kindNamed(kind);
  const waiting = found.record?.proposals ?? [];
  const sections = declared ? stepsOf(declared).filter(({ fields }) => hasFacts(fields, data, waiting)) : [];
  return html`<article class="record">
    <${CustomerHead} id=${id} known=${found} data=${data} />
    <${Ways} kind=${kind} id=${id} data=${data} />
    <${Standing} kind=${kind} id=${id} known=${found} />
    <${LaterPart} name="customer_tasks" customer=${id} />
    ${sections.map((step) => html`<section class="card" key=${step.name}><h3 class="card-head">${label(step.labels)}</h3><${Facts} fields=${step.fields} data=${data} waiting=${waiting} /></section>`)}
    <${LaterPart} name="dealings" customer=${id} atGateway=${Boolean(found.record)} />
    ${found.record && html`<${Past} kind=${kind} record=${id} version=${found.record.version} />`}
    <${Age} known=${found} />
  </article>`;
}
