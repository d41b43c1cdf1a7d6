// The record as a merge would store it: everything in it, with what would be new marked.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { asProblem, post } from "../api.js";
import { fieldAt, Value } from "../parts/value.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").MergeComparison} Comparison */

const PAUSE_MS = 250;

/** The order as it goes to the gateway. @param {Comparison} told @param {Record<string, string>} choices */
export const orderOf = (told, choices) => ({
  alias: told.other.id,
  version: told.kept.version,
  alias_version: told.other.version,
  choices,
});

/**
 * What the gateway would make of the choices; asked again a moment after each of them.
 * @param {Comparison} told @param {Record<string, string>} choices
 */
export function usePreview(told, choices) {
  const [state, setState] = useState(/** @type {{answer?: any, problem?: any}} */ ({}));
  const wish = JSON.stringify(orderOf(told, choices));
  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      try {
        const path = `/api/v1/records/${told.kept.kind}/${told.kept.id}/merge`;
        const answer = await post(path, { ...JSON.parse(wish), dry_run: true });
        if (current) setState({ answer });
      } catch (error) {
        if (current) setState({ problem: asProblem(error) });
      }
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wish]);
  return state;
}

/** @param {{state: {answer?: any, problem?: any}, kind: Kind | undefined}} props */
export function Preview({ state, kind }) {
  const { answer, problem } = state;
  if (problem) return html`<p class="note bad" role="alert">${problem.message}</p>`;
  if (!answer) return html`<p class="soft" role="status">${t("wait")}</p>`;
  const fresh = new Set(answer.changes.map((/** @type {{field: string}} */ one) => one.field.split(".")[0]));
  const { data } = answer.record;
  const shown = (kind?.fields ?? []).filter(({ name }) => data[name] !== undefined);
  return html`${answer.problems.map(
    (/** @type {any} */ one) =>
      html`<p class="note bad" role="alert">${fieldAt(kind, one.pointer).name}: ${one.detail}</p>`,
  )}
    <dl class="preview">${shown.map(
      (field) => html`<div class=${fresh.has(field.name) ? "fresh" : ""}>
        <dt>${label(field.labels)}${fresh.has(field.name) && html` <span class="badge good">${t("merge.fresh")}</span>`}</dt>
        <dd><${Parts} value=${data[field.name]} field=${field} currency=${data.currency} /></dd>
      </div>`,
    )}</dl>`;
}

/** A group shows its elements without their ids. @param {{value: any, field: any, currency: string}} props */
function Parts({ value, field, currency }) {
  if (field.type !== "group") return html`<${Value} value=${value} field=${field} currency=${currency} />`;
  return html`<ul class="plain">${Object.entries(value).map(([id, one]) => {
    const key = field.rules?.keys?.find((/** @type {any} */ each) => each.value === id);
    return html`<li key=${id}>${key && html`<strong>${label(key.labels)}</strong>`}<${Value} value=${one} field=${field} currency=${currency} /></li>`;
  })}</ul>`;
}
