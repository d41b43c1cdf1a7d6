// While a customer is being typed: who on file looks like it, and the word of whoever types that it is another one.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { Problem } from "../api.js";
import { CheckField } from "../parts/fields.js";
import { Badge } from "../parts/states.js";
import { fieldAt } from "../parts/value.js";
import { lookalikes, patchOf } from "./saving.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../../app/types.js").Candidate} Candidate */
/** @typedef {import("../forms/sheet.js").Sheet} Sheet */
/** @typedef {import("./drafts.js").Draft} Draft */

const TYPING_MS = 350;
const TONES = /** @type {const} */ ({ same: "bad", strong: "warn", weak: "calm" });

/** Without an answer nothing is known of others; saving asks the gateway once more. @param {string} data  JSON, or "" @param {string} record */
async function look(data, record) {
  try {
    return data ? await lookalikes(JSON.parse(data), record) : [];
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

/** @param {Sheet} sheet @param {Draft} draft */
function useLookalikes(sheet, draft) {
  const [found, setFound] = useState(/** @type {Candidate[]} */ ([]));
  const data = sheet.data();
  const said = Object.keys(patchOf(draft, data)).length ? JSON.stringify(data) : "";
  const turn = useRef(0);
  useEffect(() => {
    turn.current += 1;
    const mine = turn.current;
    const timer = setTimeout(async () => {
      const candidates = await look(said, draft.base ? draft.id : "");
      if (candidates && mine === turn.current) setFound(candidates);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return found;
}

/** @param {{one: Candidate, declaration: Kind, denied: boolean, onDeny: (value: boolean) => void}} props */
function One({ one, declaration, denied, onDeny }) {
  const why = one.reasons
    .filter(({ code }) => code !== "different")
    .map(({ field }) => fieldAt(declaration, field).name);
  return html`<li class="lookalike">
    <p><a href=${`#/customers/${one.id}`} target="_blank" rel="noopener">${one.title}</a> <span class="code soft">${one.number}</span></p>
    <p><${Badge} tone=${TONES[one.grade]}>${t(`lookalike.${one.grade}`)}<//> <span class="soft">${[...new Set(why)].join(", ")}</span></p>
    ${one.grade !== "weak" && html`<${CheckField} name=${`deny-${one.id}`} label=${t("lookalike.deny")} value=${denied} onValue=${onDeny} />`}
  </li>`;
}

/** @param {{declaration: Kind, sheet: Sheet, draft: Draft, onDeny: (denied: string[]) => void}} props */
export function Lookalikes({ declaration, sheet, draft, onDeny }) {
  const found = useLookalikes(sheet, draft);
  const { denied } = draft;
  const deny = (/** @type {string} */ id, /** @type {boolean} */ value) =>
    onDeny(value ? [...denied, id] : denied.filter((other) => other !== id));
  return html`<div role="status">${
    found.length > 0 &&
    html`<section class="panel side-note" aria-labelledby="form-lookalikes"><h2 id="form-lookalikes">${t("lookalike.title")}</h2>
      <ul>${found.map((one) => html`<${One} key=${one.id} one=${one} declaration=${declaration} denied=${denied.includes(one.id)} onDeny=${(/** @type {boolean} */ value) => deny(one.id, value)} />`)}</ul>
    </section>`
  }</div>`;
}
