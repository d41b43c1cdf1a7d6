// A consumer of the journal with its batches, and one batch opened: "batches/NAME" and "batches/NAME/ID".
import { html } from "../../app/html.js";
import { route } from "../router.js";
import { BatchPage } from "../sync/batch.js";
import { ConsumerPage } from "../sync/batches.js";

export function Batches() {
  const [, name = "", id] = route.value.split("/");
  if (id) return html`<${BatchPage} key=${id} name=${name} id=${id} />`;
  return html`<${ConsumerPage} key=${name} name=${name} />`;
}
