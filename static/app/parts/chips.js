// What a list is narrowed by, one tap each.
import { html } from "../html.js";

/** @typedef {{value: string, label: string, count?: number}} Chip */

/** One of several, always one. @param {{name: string, title: string, chips: readonly Chip[], value: string, onChoose: (value: string) => void}} props */
export const ChipChoice = ({ name, title, chips, value, onChoose }) =>
  html`<div class="chips" role="radiogroup" aria-label=${title}>${chips.map(
    (chip) =>
      html`<label class="chip" key=${chip.value}><input type="radio" name=${name} checked=${chip.value === value} onChange=${() => onChoose(chip.value)} /><span class="chip-face">${chip.label}</span></label>`,
  )}</div>`;

/** None or some of several. @param {{title: string, chips: readonly Chip[], chosen: ReadonlySet<string>, onToggle: (value: string) => void}} props */
export const ChipToggles = ({ title, chips, chosen, onToggle }) =>
  html`<div class="chips" role="group" aria-label=${title}>${chips.map(
    ({ value, label, count }) =>
      html`<button type="button" class="chip" key=${value} aria-pressed=${chosen.has(value)} onClick=${() => onToggle(value)}><span class="chip-face">${label}${count !== undefined && html` <span class="chip-count">${count}</span>`}</span></button>`,
  )}</div>`;
