// That the ERP has blocked a customer: said before anybody promises something, never in the way.
import "../later_words.js";
import { timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { dataOf, useKnown } from "../known.js";
import { Banner } from "./controls.js";

/** @param {{data: import("../types.js").Data}} props */
export function Blocked({ data }) {
  if (data.erp_block !== true) return null;
  const since = typeof data.erp_as_of === "string" ? Date.parse(data.erp_as_of) : 0;
  return html`<${Banner} tone="warn" title=${t("customer.blocked")}>${since ? t("customer.blocked_since", { time: timeOrDate(since) }) : t("customer.blocked_text")}<//>`;
}

/** The same of a customer that a form is about. @param {{customer: string}} props */
export function BlockedCustomer({ customer }) {
  const known = useKnown("customer", customer);
  const data = known && dataOf(known);
  return data ? html`<${Blocked} data=${data} />` : null;
}
