// A signed word about the journal's end: saved to be kept elsewhere, and held against the journal later.
import { useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, Problem, post, read } from "../api.js";
import { count } from "../format.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Ago } from "../parts/time.js";

/**
 * @typedef {{format: string, epoch: string, seq: number, chain: string, at: string, key: string, signature: string}} Checkpoint
 * @typedef {{state: "kept" | "restored", seq: number, head: number, restored_at: string | null}} Comparison
 */

/** @param {Checkpoint} checkpoint */
function save(checkpoint) {
  const link = document.createElement("a");
  link.href = `data:application/json;charset=utf-8,${encodeURIComponent(`${JSON.stringify(checkpoint)}\n`)}`;
  link.download = `waystation-checkpoint-${checkpoint.seq}.json`;
  link.click();
}

/** The newest of a file that holds one in each line. @param {string} text @returns {Checkpoint} */
function lastOf(text) {
  try {
    return JSON.parse(text.trim().split("\n").at(-1) ?? "");
  } catch {
    throw new Problem(0, { code: "checkpoint_malformed", detail: t("audit.proof.unreadable") });
  }
}

/** @param {{found: Comparison}} props */
function Found({ found }) {
  const said = { seq: count(found.seq), head: count(found.head) };
  if (found.state === "kept") return html`<p class="note good" role="status">${t("audit.proof.kept", said)}</p>`;
  return html`<p class="note warn" role="status">${t("audit.proof.restored", said)} <${Ago} at=${found.restored_at} /></p>`;
}

export function Proof() {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [found, setFound] = useState(/** @type {Comparison | null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  async function take() {
    try {
      const checkpoint = await read("/api/v1/journal/checkpoint");
      save(checkpoint);
      say(t("audit.proof.saved", { seq: count(checkpoint.seq) }));
    } catch (error) {
      setProblem(asProblem(error));
    }
  }
  async function compare() {
    const file = input.current?.files?.[0];
    if (!input.current || !file) return;
    setFound(null);
    setProblem(null);
    try {
      setFound(await post("/api/v1/journal/checkpoint/comparison", lastOf(await file.text())));
    } catch (error) {
      setProblem(asProblem(error));
    }
    input.current.value = "";
  }
  return html`<section class="panel" aria-labelledby="proof">
    <h2 id="proof">${t("audit.proof")}</h2>
    <p class="soft">${t("audit.proof.help")}</p>
    <div class="actions">
      <${Button} look="main" icon="check" onClick=${take}>${t("audit.proof.save")}<//>
      <${Button} icon="transfer" onClick=${() => input.current?.click()}>${t("audit.proof.compare")}<//>
      <input ref=${input} type="file" class="visually-hidden" tabindex="-1" accept=".json,.jsonl" aria-label=${t("audit.proof.compare")} onChange=${compare} />
    </div>
    ${found && html`<${Found} found=${found} />`}
    ${problem && html`<p class="note bad" role="alert">${problem.message}</p>`}
  </section>`;
}
