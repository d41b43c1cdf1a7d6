// The last look before saving: everything that is still wrong, and the whole record as it will be kept.
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Icon } from "../parts/icons.js";
import { focusField, sentence } from "./field.js";
import { placeName } from "./place_name.js";
import { Changes, Whole } from "./preview.js";
import { SecondPerson } from "./second.js";
import { tidyName } from "./tidy.js";
import { TwinsOpen } from "./twin_cards.js";

/** @typedef {import("../types.js").Finding} Finding */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("./entry.js").Entry} Entry */

const QUOTED_MAX = 40;

/** Open the step of a finding and put the cursor there. @param {Entry} entry @param {string[]} path */
function goToFinding(entry, path) {
  const step = entry.steps.findIndex(({ fields }) => fields.some(({ name }) => name === path[0]));
  if (step < 0) return;
  entry.goTo(step);
  focusField(path);
}

/** What stands in a field, short enough for a line; its invisible signs are left out, as they will be. @param {Entry} entry @param {string[]} path */
function quoted(entry, path) {
  const value = entry.get(path);
  const signs = typeof value === "string" ? [...tidyName(value)] : [];
  return signs.length > QUOTED_MAX ? `${signs.slice(0, QUOTED_MAX).join("")}…` : signs.join("");
}

/** @param {{entry: Entry, found: readonly Finding[]}} props */
function FindingList({ entry, found }) {
  return html`<ul>${found.map((finding) => {
    const value = quoted(entry, finding.path);
    return html`<li><button type="button" onClick=${() => goToFinding(entry, finding.path)}>
      ${finding.path.length > 0 && html`<span class="finding-place"><strong>${placeName(entry.kind.fields, finding.path)}</strong>${value && html`<bdi class="finding-value">${value}</bdi>`}</span>`}<span>${sentence(finding)}</span>
    </button></li>`;
  })}</ul>`;
}

/** What stops the entry from being saved, else what the gateway objected to, else that all is well. @param {{entry: Entry}} props */
function Findings({ entry }) {
  const found = entry.findings.value;
  const objections = entry.objections.value;
  if (found.length > 0) {
    return html`<section class="findings" id="findings" role="alert" tabindex="-1" data-tone="bad">
      <h3><${Icon} name="alert" />${t("form.findings", { count: found.length })}</h3><${FindingList} entry=${entry} found=${found} /></section>`;
  }
  if (objections.length === 0 && entry.mustAnswer) return null;
  if (objections.length === 0) return html`<p class="all-well"><${Icon} name="check" />${t("form.all_well")}</p>`;
  return html`<section class="findings" data-tone="warn">
    <h3><${Icon} name="alert" />${t("form.objections")}</h3><${FindingList} entry=${entry} found=${objections} /></section>`;
}

/** What the gateway finds unusual, without refusing it. @param {{entry: Entry}} props */
function Warnings({ entry }) {
  const found = entry.trial.current?.warnings ?? [];
  if (!found.length) return null;
  return html`<section class="findings" data-tone="calm"><h3><${Icon} name="alert" />${t("check.unusual")}</h3><${FindingList} entry=${entry} found=${found} /></section>`;
}

/** @param {{entry: Entry}} props */
export function CheckStep({ entry }) {
  return html`<${Findings} entry=${entry} /><${Warnings} entry=${entry} /><${TwinsOpen} entry=${entry} /><${SecondPerson} entry=${entry} />
    ${entry.draft.edits ? html`<${Changes} entry=${entry} />` : html`<${Whole} entry=${entry} />`}`;
}
