// Where one is signed in at a desk, and ending it there. Phones are put out in the app, or by a manager.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, call, read } from "../api.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Badge, Loaded, ProblemNote } from "../parts/states.js";
import { Ago } from "../parts/time.js";

/** @typedef {import("../types.js").OwnSession} OwnSession */

/** @param {{one: OwnSession, busy: boolean, onEnd: () => void}} props */
function Row({ one, busy, onEnd }) {
  return html`<tr>
    <td data-label=${t("sessions.where")}><strong>${one.browser || t("sessions.unknown")}</strong></td>
    <td data-label=${t("sessions.since")}><${Ago} at=${one.started_at} /></td>
    <td data-label=${t("sessions.seen")}><${Ago} at=${one.last_seen_at} /></td>
    <td class="row-actions">${
      one.here
        ? html`<${Badge} tone="good">${t("sessions.here")}<//>`
        : html`<${Button} look="quiet" busy=${busy} onClick=${onEnd}>${t("sessions.end")}<//>`
    }</td>
  </tr>`;
}

/** A section of the screen "Your account". */
export function OwnSessions() {
  /** @type {import("../types.js").Load<{sessions: OwnSession[]}>} */
  const load = useLoad(() => read("/api/v1/sessions"));
  const [state, setState] = useState(/** @type {{busy: boolean, problem?: any}} */ ({ busy: false }));
  /** @param {string} path @param {string} done */
  async function end(path, done) {
    setState({ busy: true });
    try {
      await call("DELETE", path);
      say(done);
      setState({ busy: false });
    } catch (error) {
      setState({ busy: false, problem: asProblem(error) });
    }
    load.reload();
  }
  const others = (load.data?.sessions ?? []).some(({ here }) => !here);
  return html`<section aria-labelledby="own-sessions">
    <div class="section-head"><h2 id="own-sessions">${t("sessions.title")}</h2>
      ${others && html`<${Button} busy=${state.busy} onClick=${() => end("/api/v1/sessions", t("sessions.ended_others"))}>${t("sessions.end_others")}<//>`}</div>
    <p class="hint">${t("sessions.help")}</p>
    <${ProblemNote} problem=${state.problem} />
    <${Loaded} load=${load}>${(/** @type {{sessions: OwnSession[]}} */ { sessions }) =>
      html`<table class="stacking">
        <thead><tr><th>${t("sessions.where")}</th><th>${t("sessions.since")}</th><th>${t("sessions.seen")}</th><th><span class="visually-hidden">${t("actions")}</span></th></tr></thead>
        <tbody>${sessions.map((one) => html`<${Row} key=${one.id} one=${one} busy=${state.busy} onEnd=${() => end(`/api/v1/sessions/${one.id}`, t("sessions.ended"))} />`)}</tbody>
      </table>`}<//>
  </section>`;
}
