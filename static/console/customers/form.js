// Entering a customer at a desk, and changing one: the whole form on one page, drawn from the same declaration and
// judged by the same rules as the one on the phone. Enter goes to the next field, Ctrl+S saves.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { formSteps } from "../../app/kinds.js";
import { titleOf } from "../../app/summary.js";
import { read } from "../api.js";
import { clock } from "../format.js";
import { focusField, KindFields } from "../forms/kind_fields.js";
import { useSheet } from "../forms/sheet.js";
import { useSubmit } from "../forms/submit.js";
import { kind } from "../kinds.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { Loaded, ProblemNote } from "../parts/states.js";
import { Value } from "../parts/value.js";
import { go } from "../router.js";
import { session } from "../session.js";
import { Meanwhile, Problems, SecondPerson } from "./beside.js";
import { NEW, useDraft } from "./drafts.js";
import { Lookalikes } from "./lookalikes.js";
import { save } from "./saving.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Row} Row */
/** @typedef {import("../types.js").Gateway} Gateway */
/** @typedef {import("../forms/sheet.js").Sheet} Sheet */
/** @typedef {import("../../app/types.js").FormStep} FormStep */

const TYPED = "input, select, textarea";

/** Enter goes on as Tab does among what is filled in; Ctrl+S, or Ctrl+Enter, saves. @param {KeyboardEvent} event */
function onKeyDown(event) {
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const command = event.ctrlKey || event.metaKey;
  if (command && (event.key.toLowerCase() === "s" || event.key === "Enter")) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const here = event.target;
  if (event.key !== "Enter" || event.isComposing || !(here instanceof HTMLInputElement)) return;
  event.preventDefault();
  const all = [...form.querySelectorAll(TYPED)].filter((one) => one instanceof HTMLElement && one.offsetParent);
  const next = all[all.indexOf(here) + 1] ?? form.querySelector("button[type=submit]");
  if (next instanceof HTMLElement) next.focus();
}

/** One step of the form, with what belongs to it but is for others to change. @param {{step: FormStep, sheet: Sheet, row: Row | null}} props */
function Step({ step, sheet, row }) {
  const locked = row ? step.locked.filter(({ name }) => row.data[name] !== undefined) : [];
  return html`<section class="panel" aria-labelledby=${`step-${step.name}`}><h2 id=${`step-${step.name}`}>${label(step.labels)}</h2>
    <div class="kind-fields"><${KindFields} fields=${step.fields} sheet=${sheet} /></div>
    ${locked.length > 0 && html`<h3 class="soft">${t("customer.form.locked")}</h3><dl class="lines inner">${locked.map((field) => html`<div key=${field.name}><dt>${label(field.labels)}</dt><dd><${Value} value=${row?.data[field.name]} field=${field} /></dd></div>`)}</dl>`}
  </section>`;
}

/** @param {{at: number, onOver: () => void}} props */
const Continued = ({ at, onOver }) =>
  html`<p class="continued">${t("customer.form.continued", { time: clock(new Date(at).toISOString()) })} <${Button} look="quiet" onClick=${onOver}>${t("customer.form.start_over")}<//></p>`;

/** The foot of the form, always in reach. @param {{busy: boolean, touched: boolean, onLeave: () => void}} props */
function Foot({ busy, touched, onLeave }) {
  const [asked, setAsked] = useState(false);
  return html`<footer class="form-foot"><span class="soft">${t("customer.form.keys")}</span>
    <${Button} onClick=${() => (touched ? setAsked(true) : onLeave())}>${t("cancel")}<//>
    <${Button} look="main" icon="check" type="submit" busy=${busy}>${t("save")}<//>
    ${asked && html`<${Confirm} title=${t("customer.form.discard.title")} text=${t("customer.form.discard.text")} yes=${t("customer.form.discard")} onYes=${onLeave} onClose=${() => setAsked(false)} />`}
  </footer>`;
}

/** @param {{declaration: Kind, row: Row | null, at: string}} props */
function Editing({ declaration, row, at }) {
  useEffect(() => {
    if (at) focusField(at.split("."));
  }, []);
  const user = session.value?.user.id ?? "";
  const gateway = /** @type {Gateway} */ (session.value?.gateway);
  const { draft, change, drop, full } = useDraft(user, row);
  const [continued, setContinued] = useState(draft.at);
  const sheet = useSheet({
    kind: declaration,
    gateway,
    base: draft.base?.data,
    kept: draft.values,
    onValues: (values) => change({ values }),
  });
  const back = row ? `customers/${row.id}` : "customers";

  function leave() {
    drop();
    go(back);
  }
  function startOver() {
    sheet.startOver();
    setContinued(0);
  }
  const { busy, tried, problem, onSubmit } = useSubmit(sheet, async () => {
    const done = await save(draft, sheet.data());
    drop();
    say(t(done ? `customer.saved.${done.status}` : "customer.saved.unchanged", { number: done?.number ?? "" }));
    go(done ? `customers/${done.record}` : back);
  });
  return html`<header class="head"><div>
      <p><a href=${`#/${back}`}>${row ? titleOf(row.data) || row.number : t("nav.customers")}</a></p>
      <h1>${t(row ? "customer.form.edit" : "customer.form.new")}</h1>
      ${continued > 0 && html`<${Continued} at=${continued} onOver=${startOver} />`}
    </div></header>
    <form class="customer-form" onSubmit=${onSubmit} onKeyDown=${onKeyDown} novalidate aria-keyshortcuts="Control+S">
      <div class="record-page">
        <div class="record-main">${formSteps(declaration).map((step) => html`<${Step} key=${step.name} step=${step} sheet=${sheet} row=${row} />`)}</div>
        <div class="record-side form-side">
          ${problem && !sheet.objections.some(({ path }) => path.length) && html`<${ProblemNote} problem=${problem} />`}
          ${full && html`<p class="note warn">${t("customer.form.full")}</p>`}
          ${tried && html`<${Problems} sheet=${sheet} />`}
          ${draft.base && html`<${Meanwhile} declaration=${declaration} record=${draft.id} base=${draft.base} data=${sheet.data()} />`}
          <${Lookalikes} declaration=${declaration} sheet=${sheet} draft=${draft} onDeny=${(/** @type {string[]} */ denied) => change({ denied })} />
          <${SecondPerson} declaration=${declaration} draft=${draft} data=${sheet.data()} currency=${gateway.currency} onReason=${(/** @type {string} */ reason) => change({ reason })} />
        </div>
      </div>
      <${Foot} busy=${busy} touched=${sheet.touched} onLeave=${leave} />
    </form>`;
}

/** @param {{id: string, at?: string}} props  id: NEW, or the customer's; at: the path of the field to begin with */
export function CustomerForm({ id, at = "" }) {
  const load = useLoad(
    async () => {
      const [declaration, row] = await Promise.all([
        kind("customer"),
        id === NEW ? null : read(`/api/v1/records/customer/${id}`),
      ]);
      return { declaration, row };
    },
    { deps: [id] },
  );
  return html`<${Loaded} load=${load} rows=${8}>${(/** @type {any} */ data) => html`<${Editing} ...${data} at=${at} />`}<//>`;
}
