// The head of a customer: name, number, what they are to the shop, and how much credit they have, with its age.
import "../later_words.js";
import { useEffect, useRef } from "preact/hooks";
import { money, timeOrDate } from "../format.js";
import { choicesFor } from "../forms/choices.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { numberOf } from "../known.js";
import { account, received } from "../runtime.js";
import { monogram, titleOf } from "../summary.js";
import { Blocked } from "./blocked.js";
import { isNarrow } from "./frame.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../known.js").Known} Known */

/** What stands in the head of the choices: the category, and a status that is not the usual one. @param {Data} data @returns {{label: string, tone: string}[]} */
function standingWords(data) {
  const field = (/** @type {string} */ name) => kindNamed("customer")?.fields.find((each) => each.name === name);
  return ["status", "category"].flatMap((name) => {
    const declared = field(name);
    const value = data[name];
    if (!declared || !value || (name === "status" && value === declared.default)) return [];
    const choice = choicesFor(declared).find((each) => each.value === value);
    return choice ? [{ label: choice.label, tone: name === "status" ? "warn" : "calm" }] : [];
  });
}

/** @param {{known: Known, data: Data}} props */
function Credit({ known, data }) {
  const limit = data.credit_limit;
  if (typeof limit !== "number") return null;
  const at = known.record ? received.value?.at : undefined;
  return html`<p class="credit"><span>${t("customer.credit")}</span> <strong>${money(limit, account.value?.gateway.currency ?? "EUR")}</strong>
    ${at && html` <span class="soft">${t("customer.credit_as_of", { time: timeOrDate(at) })}</span>`}</p>`;
}

/** What is owed and how much of it too late, as the ERP said last. @param {{data: Data}} props */
function Owed({ data: { balance, overdue, erp_as_of: since } }) {
  if (typeof balance !== "number") return null;
  const currency = account.value?.gateway.currency ?? "EUR";
  const at = typeof since === "string" ? Date.parse(since) : 0;
  return html`<p class="credit"><span>${t("customer.owed")}</span> <strong>${money(balance, currency)}</strong>
    ${typeof overdue === "number" && overdue > 0 && html` <span>${t("customer.overdue", { amount: money(overdue, currency) })}</span>`}
    ${at > 0 && html` <span class="soft">${t("customer.credit_as_of", { time: timeOrDate(at) })}</span>`}</p>`;
}

/** @param {{id: string, known: Known, data: Data}} props */
export function CustomerHead({ id, known, data }) {
  const name = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    if (isNarrow()) name.current?.focus({ preventScroll: true });
  }, [id]);
  const { official, reference } = numberOf(known);
  const title = titleOf(data) || t("customer.unnamed");
  const words = standingWords(data);
  const tags = Array.isArray(data.tags) ? data.tags.map(String) : [];
  return html`<header class="record-head">
    <span class="monogram large" aria-hidden="true">${monogram(title)}</span>
    <div class="record-name"><h2 ref=${name} tabindex="-1">${title}</h2>
      <p>${official ? html`<span class="code">${official}</span>` : html`<span class="code">${reference}</span> <span class="soft">${t("customer.provisional")}</span>`}</p></div>
    <a class="button plain" href=${`#/edit/${id}`}>${t("edit")}</a>
    ${
      words.length + tags.length > 0 &&
      html`<p class="record-marks">${words.map(({ label, tone }) => html`<span class="badge" data-tone=${tone}>${label}</span>`)}${tags.map((tag) => html`<span class="tag still">${tag}</span>`)}</p>`
    }
    <${Credit} known=${known} data=${data} /><${Owed} data=${data} /><${Blocked} data=${data} />
  </header>`;
}
