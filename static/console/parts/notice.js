// One short sentence about what just happened, spoken and shown, gone by itself; it never carries the only copy of a fact.
import { signal } from "@preact/signals";
import { html } from "../../app/html.js";
import { Icon } from "./icons.js";

const SHOWN_MS = 6000;

const current = signal("");
let timer = 0;

/** @param {string} sentence */
export function say(sentence) {
  clearTimeout(timer);
  current.value = sentence;
  timer = setTimeout(() => {
    current.value = "";
  }, SHOWN_MS);
}

export function Notice() {
  const text = current.value;
  return html`<div class="notice" role="status">${text && html`<p><${Icon} name="check" />${text}</p>`}</div>`;
}
