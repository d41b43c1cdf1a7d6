// What a phone sent and the gateway refused: what this person may see of it, to put right and send again in its
// author's name. What is about a record opens in the ordinary form; what no form can show, as text.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { diff } from "../../app/patch.js";
import { Problem, post, read } from "../api.js";
import { kind } from "../kinds.js";
import { useForm, useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { AreaField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Loaded, ProblemNote } from "../parts/states.js";
import { DONE, fits, MendForm } from "./mend_form.js";

/** @typedef {import("../types.js").QuarantineItem} Item */
/** @typedef {import("./mend_form.js").Sent} Sent */
/** @typedef {{sent: Sent, declaration: import("../types.js").Kind | undefined, base: import("../../app/types.js").Data | null}} Opened */

/** What was sent, with the form it was entered in and, of an edit, the record as it stands. @param {string} id @returns {Promise<Opened>} */
async function open(id) {
  const sent = /** @type {Sent} */ (await read(`/api/v1/operations/${encodeURIComponent(id)}`));
  const declaration = sent.type === "fact" ? undefined : await kind(sent.kind);
  if (!declaration || !fits(declaration, sent.content)) return { sent, declaration: undefined, base: null };
  if (sent.type === "record.create") return { sent, declaration, base: null };
  try {
    const row = await read(`/api/v1/records/${sent.kind}/${sent.record}`);
    return { sent, declaration, base: row.data };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { sent, declaration: undefined, base: null }; // gone, or out of sight: the edit alone can still be read
  }
}

/**
 * The merge patch from what was shown to what the person made of it.
 * @param {import("../../app/types.js").Data} before @param {string} text
 */
function changeOf(before, text) {
  let after;
  try {
    after = JSON.parse(text);
  } catch (error) {
    const detail = t("quarantine.not_json", { why: error instanceof Error ? error.message : "" });
    throw new Problem(0, { code: "not_json", detail, pointer: "/content" });
  }
  if (typeof after !== "object" || after === null || Array.isArray(after)) {
    throw new Problem(0, { code: "not_json", detail: t("quarantine.not_object"), pointer: "/content" });
  }
  return diff(before, after);
}

/** @param {{item: Item, sent: Sent, onDone: () => void, children: import("../types.js").Children}} props */
function Editor({ item, sent, onDone, children }) {
  const form = useForm({ content: JSON.stringify(sent.content, null, 2) }, async ({ content }) => {
    const path = `/api/v1/operations/${encodeURIComponent(item.id)}`;
    const answer = await post(path, { patch: changeOf(sent.content, content), revision: sent.revision + 1 });
    say(t(DONE.includes(answer.status) ? "quarantine.done" : "quarantine.still"));
    onDone();
  });
  return html`<form class="panel" onSubmit=${form.onSubmit} aria-labelledby="repair">
    <h2 id="repair">${t("quarantine.repair")}</h2>
    ${children}
    ${form.problem && !form.errors.content && html`<p class="note bad" role="alert" tabindex="-1">${form.problem.message}</p>`}
    <p>${t("quarantine.operation.help")}</p>
    <${AreaField} name="content" label=${t("quarantine.body")} hint=${t("quarantine.operation.hint")} rows=${12} code value=${form.values.content}
      error=${form.errors.content} onValue=${(/** @type {string} */ value) => form.set("content", value)} />
    ${sent.unseen.length > 0 && html`<p class="soft">${t("quarantine.unseen", { names: sent.unseen.join(", ") })}</p>`}
    <footer><${Button} look="main" icon="check" type="submit" busy=${form.busy}>${t("quarantine.resend")}<//></footer>
  </form>`;
}

/** @param {{item: Item, onDone: () => void, children: import("../types.js").Children}} props */
export function MendOperation({ item, onDone, children }) {
  const load = useLoad(() => open(item.id));
  if (load.problem) {
    return html`<section class="panel">${children}<${ProblemNote} problem=${load.problem} onRetry=${load.reload} /></section>`;
  }
  return html`<${Loaded} load=${load}>${(/** @type {Opened} */ { sent, declaration, base }) =>
    declaration
      ? html`<${MendForm} item=${item} sent=${sent} kind=${declaration} base=${base} onDone=${onDone}>${children}<//>`
      : html`<${Editor} item=${item} sent=${sent} onDone=${onDone}>${children}<//>`}<//>`;
}
