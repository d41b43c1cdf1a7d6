// Customers: found by name, number or what they are reached by, and one customer's whole page.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { NEW } from "../customers/drafts.js";
import { CustomerForm } from "../customers/form.js";
import { CustomerList } from "../customers/list.js";
import { CustomerPage } from "../customers/page.js";
import { may } from "../may.js";
import { ButtonLink } from "../parts/button.js";
import { route } from "../router.js";

export function Customers() {
  const [, id, what, at] = route.value.split("/");
  if (id === NEW || what === "edit") return html`<${CustomerForm} key=${route.value} id=${id} at=${at ?? ""} />`;
  if (id) return html`<${CustomerPage} key=${id} id=${id} />`;
  return html`<header class="head"><div><h1>${t("nav.customers")}</h1><p class="lede">${t("customers.lede")}</p></div>
      ${may("customer create") && html`<${ButtonLink} href="#/customers/new" look="main" icon="plus">${t("customers.add")}<//>`}</header>
    <${CustomerList} />`;
}
