// What the list of customers is narrowed by: mine, what needs somebody, statuses and tags. Only what somebody has is
// offered, and what is chosen stays offered.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { facets } from "../data.js";
import { choicesFor } from "../forms/choices.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { revision } from "../runtime.js";
import { ChipToggles } from "./chips.js";
import { me } from "./tasks.js";

/** @typedef {import("../types.js").Facets} Facets */
/** @typedef {import("../types.js").Narrowing} Narrowing */
/** @typedef {import("./chips.js").Chip} Chip */

/** @param {string} value */
function statusLabel(value) {
  const field = kindNamed("customer")?.fields.find(({ name }) => name === "status");
  return (field && choicesFor(field).find((choice) => choice.value === value)?.label) ?? value;
}

/** @param {Facets | null} known @param {ReadonlySet<string>} chosen @returns {Chip[]} */
function chipsOf(known, chosen) {
  if (!known) return [];
  const { mine, attention, tags, status } = known;
  const unusual = status.filter(([value]) => value);
  /** @type {Chip[]} */
  const all = [
    { value: "mine", label: t("chips.mine"), count: mine },
    { value: "attention", label: t("chips.attention"), count: attention },
    ...unusual.map(([value, count]) => ({ value: `status ${value}`, label: statusLabel(value), count })),
    ...tags.map(([tag, count]) => ({ value: `tag ${tag}`, label: tag, count })),
  ];
  const left = [...chosen].filter((value) => !all.some((chip) => chip.value === value));
  const gone = left.map((value) => ({ value, label: value.slice(value.indexOf(" ") + 1), count: 0 }));
  return [...all.filter(({ value, count }) => count || chosen.has(value)), ...gone];
}

/** @param {ReadonlySet<string>} chosen @returns {Narrowing | undefined} */
export function narrowingOf(chosen) {
  if (!chosen.size) return undefined;
  const after = (/** @type {string} */ word) =>
    [...chosen].find((value) => value.startsWith(`${word} `))?.slice(word.length + 1);
  const [status, tag] = [after("status"), after("tag")];
  return {
    ...(chosen.has("mine") && { mine: me() }),
    ...(chosen.has("attention") && { attention: true }),
    ...(status && { status }),
    ...(tag && { tag }),
  };
}

/** One status and one tag at a time. @param {ReadonlySet<string>} chosen @param {string} value @returns {ReadonlySet<string>} */
export function toggled(chosen, value) {
  const [word = "", rest] = value.split(" ", 2);
  const others = [...chosen].filter((each) => each !== value && !(rest && each.startsWith(`${word} `)));
  return new Set(chosen.has(value) ? others : [...others, value]);
}

/** @param {{chosen: ReadonlySet<string>, onChange: (chosen: ReadonlySet<string>) => void}} props */
export function CustomerChips({ chosen, onChange }) {
  const known = useSignal(/** @type {Facets | null} */ (null));
  const risen = revision.value;
  useEffect(() => {
    void facets("customer", me()).then((found) => {
      known.value = found;
    });
  }, [risen]);
  const chips = chipsOf(known.value, chosen);
  if (!chips.length) return null;
  return html`<${ChipToggles} title=${t("chips.title")} chips=${chips} chosen=${chosen} onToggle=${(/** @type {string} */ value) => onChange(toggled(chosen, value))} />`;
}
