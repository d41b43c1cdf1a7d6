// The last sixty seconds as sixty bars, with the same said in words.

import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";

const HEIGHT = 40;
const STEP = 10;

/** @param {{pulse: import("../live_rows.js").Pulse}} props */
export function Pulse({ pulse }) {
  const most = Math.max(4, ...pulse.counts);
  const total = pulse.counts.reduce((sum, one) => sum + one, 0);
  const width = pulse.counts.length * STEP;
  return html`<figure class="pulse">
    <figcaption><strong>${t("live.minute", { count: total })}</strong><span>${t("live.peak", { count: Math.max(...pulse.counts) })}</span></figcaption>
    <svg viewBox=${`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      ${pulse.counts.map((count, at) => {
        const height = count ? Math.max(4, (count / most) * HEIGHT) : 2;
        return html`<rect key=${at} class=${count ? "some" : "none"} x=${at * STEP + 1} width=${STEP - 2} y=${HEIGHT - height} height=${height} rx="1.5" />`;
      })}
    </svg>
  </figure>`;
}
