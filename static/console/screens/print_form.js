// What a person has printed by hand: a receipt, a report, labels, or a list to count by.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { uuid7 } from "../../app/ids.js";
import { post } from "../api.js";
import { useForm } from "../load.js";
import { Button } from "../parts/button.js";
import { SelectField, TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { ProblemNote } from "../parts/states.js";

/** What is asked for each kind. @type {Record<string, string[]>} */
const NEEDS = {
  receipt: ["register", "receipt"],
  report: ["register", "report"],
  price_label: ["article", "copies"],
  shelf_label: ["article", "copies"],
  count_list: ["location"],
};

/** @param {{printer: string, onClose: () => void, onAsked: () => void}} props */
export function PrintForm({ printer, onClose, onAsked }) {
  /** @type {Record<string, string>} */
  const start = {
    template: "receipt",
    register: "",
    receipt: "",
    report: "",
    article: "",
    copies: "1",
    location: "shop",
  };
  const form = useForm(start, async (values) => {
    const template = values.template ?? "";
    const asked = (NEEDS[template] ?? []).map((name) => {
      const value = (values[name] ?? "").trim();
      return [name, name === "copies" ? Number(value) : value];
    });
    await post("/api/v1/print-jobs", { id: uuid7(Date.now()), printer, template, ...Object.fromEntries(asked) });
    say(t("print.asked"));
    onAsked();
    onClose();
  });
  const choices = Object.keys(NEEDS).map((value) => ({ value, label: t(`print.template.${value}`) }));
  return html`<form class="panel" aria-label=${t("print.title")} onSubmit=${form.onSubmit}>
    <${ProblemNote} problem=${form.problem} />
    <${SelectField} name="print-template" label=${t("print.template")} value=${form.values.template} choices=${choices}
      onValue=${(/** @type {string} */ value) => form.set("template", value)} />
    ${(NEEDS[form.values.template ?? ""] ?? []).map(
      (name) =>
        html`<${TextField} key=${name} name=${`print-${name}`} label=${t(`print.${name}`)} required autocomplete="off"
        ...${name === "copies" ? { type: "number", min: "1", max: "99", inputmode: "numeric" } : {}}
        value=${form.values[name]} error=${form.errors[name]} onValue=${(/** @type {string} */ value) => form.set(name, value)} />`,
    )}
    <div class="actions">
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} look="main" type="submit" busy=${form.busy}>${t("print.do")}<//>
    </div>
  </form>`;
}
