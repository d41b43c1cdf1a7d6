// Customers: found by name, number or what they are reached by, and one customer's whole page.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { CustomerList } from "../customers/list.js";
import { CustomerPage } from "../customers/page.js";
import { route } from "../router.js";

export function Customers() {
  const id = route.value.split("/")[1];
  if (id) return html`<${CustomerPage} key=${id} id=${id} />`;
  return html`<header class="head"><div><h1>${t("nav.customers")}</h1><p class="lede">${t("customers.lede")}</p></div></header>
    <${CustomerList} />`;
}
