// "This customer may be on file already": a quiet line for what is only like it, a card with an answer for what is more.
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { Button, ButtonLink, say } from "../parts/controls.js";
import { Icon } from "../parts/icons.js";
import { bestReason } from "./twins.js";

/** @typedef {import("../types.js").Candidate} Candidate */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("./entry.js").Entry} Entry */

const CARDS_MAX = 2;
const QUIET_MAX = 3;

/** "phone" of the record or "contacts.phone" by its label. @param {readonly FieldSchema[]} fields @param {string} name @returns {string} */
function labelOf(fields, name) {
  const [first, member] = name.split(".");
  const field = fields.find((each) => each.name === first);
  return member ? labelOf(field?.fields ?? [], member) : label(field?.labels);
}

/** What speaks for it: "same phone · similar name". @param {{entry: Entry, candidate: Candidate}} props */
function Reasons({ entry, candidate }) {
  const said = candidate.reasons
    .filter(({ weight }) => weight > 0)
    .map(({ code, field }) => t(`twin.${code}`, { field: labelOf(entry.kind.fields, field) }));
  return html`<p class="soft">${[...new Set(said)].join(" · ")}</p>`;
}

/** @param {{entry: Entry, candidate: Candidate}} props */
function Card({ entry, candidate }) {
  const { id, grade, title, number, ask } = candidate;
  function dismiss() {
    entry.twins?.dismiss(id);
    say(t("twin.noted"), { label: t("undo"), run: () => entry.twins?.takeBack(id) });
  }
  return html`<section class="twin" data-tone=${grade === "same" ? "bad" : "warn"} data-grade=${grade}>
    <p class="twin-title"><${Icon} name="people" />${t(grade === "same" ? "twin.title_same" : "twin.title_strong")}</p>
    <p><strong>${title}</strong>${number && html` <span class="code">${number}</span>`}</p>
    <${Reasons} entry=${entry} candidate=${candidate} />
    ${ask && html`<p>${t(ask.territory ? "twin.ask_in" : "twin.ask", { name: ask.name, territory: ask.territory })}</p>`}
    <div class="twin-actions">
      ${!ask && html`<${ButtonLink} href=${`#/customers/${id}`}>${t("twin.open")}<//>`}
      <${Button} onClick=${dismiss}>${t("twin.other")}<//>
    </div>
  </section>`;
}

/** @param {{candidates: Candidate[]}} props */
function Quiet({ candidates }) {
  if (!candidates.length) return null;
  return html`<p class="twin-quiet"><${Icon} name="people" /><span>${t("twin.weak")} ${candidates.map(
    ({ id, title, ask }, at) =>
      html`${at > 0 && ", "}${ask ? html`<span>${title}</span>` : html`<a key=${id} href=${`#/customers/${id}`}>${title}</a>`}`,
  )}</span></p>`;
}

/**
 * What looks like this record because of a field, or of any field inside a group. Each has its card once, where the most
 * speaks for it; where another step adds to that, a line says so.
 * @param {{entry: Entry, name: string}} props
 */
export function TwinsAt({ entry, name }) {
  if (!entry.twins?.open.value.length) return null;
  const names = new Set((entry.steps[entry.step.value]?.fields ?? []).map((field) => field.name));
  const first = (/** @type {string} */ field) => field.split(".")[0] ?? "";
  const here = entry.twins.open.value.filter((candidate) => {
    const reason = bestReason(candidate, (field) => names.has(first(field)));
    return reason && first(reason.field) === name;
  });
  const best = (/** @type {Candidate} */ candidate) => first(bestReason(candidate, () => true)?.field ?? "");
  const isCard = (/** @type {Candidate} */ candidate) => candidate.grade !== "weak" && best(candidate) === name;
  const cards = here.filter(isCard).slice(0, CARDS_MAX);
  const quiet = here.filter((candidate) => !isCard(candidate));
  return html`${cards.map((candidate) => html`<${Card} key=${candidate.id} entry=${entry} candidate=${candidate} />`)}
    <${Quiet} candidates=${cards.length ? [] : quiet.slice(0, QUIET_MAX)} />`;
}

/** On the last look: whatever nobody has answered yet. @param {{entry: Entry}} props */
export function TwinsOpen({ entry }) {
  const open = entry.twins?.open.value.filter(({ grade }) => grade !== "weak") ?? [];
  if (!open.length) return null;
  const must = open.some(({ grade }) => grade === "same");
  return html`<section class="twins" id="twins" tabindex="-1" aria-labelledby="twins-title">
    <h3 id="twins-title">${t(must ? "twin.must" : "twin.may")}</h3>
    ${open.map((candidate) => html`<${Card} key=${candidate.id} entry=${entry} candidate=${candidate} />`)}
  </section>`;
}

/** For those who do not see the cards appear. @param {{entry: Entry}} props */
export function TwinsHeard({ entry }) {
  const count = entry.twins?.open.value.filter(({ grade }) => grade !== "weak").length ?? 0;
  return html`<p class="visually-hidden" role="status">${count > 0 && t("twin.heard", { count })}</p>`;
}
