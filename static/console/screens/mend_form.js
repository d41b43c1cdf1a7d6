// What a phone sent about a record and the gateway refused, in the ordinary form of its kind, every fault at its field.
// Only the difference travels, so that what is hidden here stays as it was sent.
import { useEffect, useState } from "preact/hooks";
import { toData, toValues } from "../../app/forms/values.js";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { formFields } from "../../app/kinds.js";
import { applyPatch, diff } from "../../app/patch.js";
import { Problem, post } from "../api.js";
import { exponent } from "../format.js";
import { KindFields } from "../forms/kind_fields.js";
import { startingWith, useSheet } from "../forms/sheet.js";
import { useSubmit } from "../forms/submit.js";
import { Button } from "../parts/button.js";
import { CheckField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { ProblemNote } from "../parts/states.js";
import { session } from "../session.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").Gateway} Gateway */
/** @typedef {import("../types.js").QuarantineItem} Item */
/** @typedef {import("../../app/types.js").Data} Data */
/** @typedef {{type: string, kind: string, record: string, revision: number, content: Data, unseen: string[]}} Sent */

export const DONE = ["applied", "merged", "conflict", "duplicate"];

/** @type {Record<string, (value: any) => boolean>} */
const SHAPES = {
  group: (value) =>
    typeof value === "object" &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => one && typeof one === "object"),
  tags: Array.isArray,
  boolean: (value) => typeof value === "boolean",
  money: Number.isInteger,
  integer: Number.isInteger,
};

/** Can the form show what was sent? What has the wrong shape altogether is for the editor. @param {Kind} kind @param {Data} content */
export const fits = (kind, content) =>
  formFields(kind).every(({ name, type }) => {
    const value = content[name];
    if (value === undefined || value === null) return true;
    return (SHAPES[type] ?? ((one) => typeof one === "string"))(value);
  });

/** @param {Data} data @param {readonly Field[]} fields @returns {Data} */
const onlyOf = (data, fields) =>
  Object.fromEntries(fields.filter(({ name }) => name in data).map(({ name }) => [name, data[name] ?? null]));

/** Members that no kind knows can only be taken out. @param {{names: string[], out: Set<string>, onOut: (out: Set<string>) => void}} props */
function Unknown({ names, out, onOut }) {
  const set = (/** @type {string} */ name, /** @type {boolean} */ gone) =>
    onOut(new Set(gone ? [...out, name] : [...out].filter((one) => one !== name)));
  return html`${names.map((name) => html`<${CheckField} key=${name} name=${`out-${name}`} label=${t("quarantine.take_out", { name })} hint=${t("quarantine.take_out.hint")} value=${out.has(name)} onValue=${(/** @type {boolean} */ gone) => set(name, gone)} />`)}`;
}

/** @param {{item: Item, sent: Sent, kind: Kind, base: Data | null, onDone: () => void, children: import("../types.js").Children}} props  base: of an edit, the record as it stands */
export function MendForm({ item, sent, kind, base, onDone, children }) {
  const gateway = /** @type {Gateway} */ (session.value?.gateway);
  const money = { exponent: exponent(gateway.currency) };
  const fields = formFields(kind);
  const entered = base ? applyPatch(base, sent.content) : sent.content;
  const [kept] = useState(() => ({
    ...(base ? {} : startingWith(fields, gateway)),
    ...toValues(fields, entered, money),
  }));
  const sheet = useSheet({ kind, gateway, base: base ?? undefined, kept });
  const [out, setOut] = useState(/** @type {Set<string>} */ (new Set()));
  const known = new Set(kind.fields.map(({ name }) => name));
  const unknown = sent.unseen.filter((name) => !known.has(name));
  const hidden = sent.unseen.filter((name) => known.has(name));

  useEffect(() => {
    const { code, detail = "", pointer = "", errors } = item.problem;
    sheet.object(new Problem(0, { code, detail, pointer, errors }));
  }, []);

  function change() {
    const after = toData(fields, sheet.values, base ?? {}, money);
    const mended = base ? diff(base, after) : after;
    const taken = Object.fromEntries([...out].map((name) => [name, null]));
    const shown = sheet.asked(fields, []); // what is not asked for with what is chosen stays as it was sent
    return { ...diff(onlyOf(sent.content, shown), onlyOf(mended, shown)), ...taken };
  }

  const { busy, problem, onSubmit } = useSubmit(sheet, async () => {
    const path = `/api/v1/operations/${encodeURIComponent(item.id)}`;
    const answer = await post(path, { patch: change(), revision: sent.revision + 1 });
    say(t(DONE.includes(answer.status) ? "quarantine.done" : "quarantine.still"));
    onDone();
  });
  return html`<form class="panel" onSubmit=${onSubmit} novalidate aria-labelledby="repair">
    <h2 id="repair">${t("quarantine.repair")}</h2>
    ${children}
    ${problem && html`<${ProblemNote} problem=${problem} />`}
    <p>${t("quarantine.operation.help")}</p>
    <div class="kind-fields"><${KindFields} fields=${fields} sheet=${sheet} /></div>
    ${base && html`<p class="soft">${t("quarantine.emptied")}</p>`}
    <${Unknown} names=${unknown} out=${out} onOut=${setOut} />
    ${hidden.length > 0 && html`<p class="soft">${t("quarantine.hidden", { names: hidden.join(", ") })}</p>`}
    <footer><${Button} look="main" icon="check" type="submit" busy=${busy}>${t("quarantine.resend")}<//></footer>
  </form>`;
}
