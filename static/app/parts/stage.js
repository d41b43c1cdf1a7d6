// Where an entry is: a short badge for lists, a four-step track for the record itself. Shape and word say the same as
// the colour.
import { html } from "../html.js";
import { t } from "../i18n.js";
import { STAGES } from "../stages.js";
import { Icon } from "./icons.js";

/** @type {Record<string, {tone: string, icon: string}>} */
const LOOKS = {
  saved: { tone: "calm", icon: "clock" },
  at_gateway: { tone: "good", icon: "check" },
  taken: { tone: "good", icon: "check" },
  accepted: { tone: "good", icon: "check" },
  needs_you: { tone: "bad", icon: "alert" },
  conflict: { tone: "warn", icon: "fork" },
};

/** @param {{stage: string}} props */
export function StageBadge({ stage }) {
  const { tone, icon } = LOOKS[stage] ?? { tone: "calm", icon: "clock" };
  return html`<span class="badge" data-tone=${tone}><${Icon} name=${icon} />${t(`badge.${stage}`)}</span>`;
}

/**
 * @param {{stage: string, detail?: string | undefined, atErp?: boolean}} props
 *   atErp: it was the ERP, at the end of the way, that refused
 */
export function StageTrack({ stage, detail, atErp = false }) {
  const stopped = stage === "needs_you" || stage === "conflict";
  const at = stopped ? STAGES.indexOf(atErp ? "accepted" : "at_gateway") : STAGES.indexOf(stage);
  return html`<section class="card track-card" aria-label=${t("stage.title")}>
    ${stopped && html`<p class="track-stop" data-tone=${LOOKS[stage]?.tone}><${Icon} name=${LOOKS[stage]?.icon ?? "alert"} /><span><strong>${t(`stage.${stage}`)}</strong> ${detail ?? t(`stage.${stage}.text`)}</span></p>`}
    <ol class="track">
      ${STAGES.map((name, step) => {
        const state = step < at || (step === at && !stopped) ? "past" : step === at ? "stop" : "ahead";
        return html`<li key=${name} data-state=${state} aria-current=${step === at ? "step" : undefined}>
          <span class="track-dot">${state === "past" && html`<${Icon} name="check" />`}</span>
          <span class="track-word">${t(`stage.${name}`)}<span class="visually-hidden"> ${t(state === "past" ? "stage.reached" : "stage.ahead")}</span></span>
        </li>`;
      })}
    </ol>
  </section>`;
}
