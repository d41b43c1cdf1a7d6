// What suppliers are expected to bring ("deliveries"), and one delivery with what has come of it ("deliveries/ID").
import { html } from "../../app/html.js";
import { DeliveryList } from "../goods/deliveries.js";
import { DeliveryPage } from "../goods/delivery.js";
import { route } from "../router.js";

export function Deliveries() {
  const [, id = ""] = route.value.split("/").map(decodeURIComponent);
  return id ? html`<${DeliveryPage} key=${id} id=${id} />` : html`<${DeliveryList} />`;
}
