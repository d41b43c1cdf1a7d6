// A consumer of the journal with its batches, one batch opened, and what is sent of an entry: "batches/NAME", "…/ID", "…/SEQ"; of a record "…/record/ID".
import { html } from "../../app/html.js";
import { route } from "../router.js";
import { BatchPage } from "../sync/batch.js";
import { ConsumerPage } from "../sync/batches.js";
import { EntryPreview, RecordPreview } from "../sync/preview.js";

export function Batches() {
  const [, name = "", id, seq] = route.value.split("/");
  if (id === "record" && seq) return html`<${RecordPreview} key=${seq} name=${name} record=${seq} />`;
  if (id && seq) return html`<${EntryPreview} key=${seq} name=${name} id=${id} seq=${seq} />`;
  if (id) return html`<${BatchPage} key=${id} name=${name} id=${id} />`;
  return html`<${ConsumerPage} key=${name} name=${name} />`;
}
