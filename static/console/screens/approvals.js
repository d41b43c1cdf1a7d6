// What takes two people: a limit, terms, an account. Somebody proposed it, somebody else says yes or no.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { setAttention } from "../attention.js";
import { dateTime } from "../format.js";
import { kinds } from "../kinds.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { ProposedMerge } from "../merge/proposed.js";
import { Button } from "../parts/button.js";
import { AreaField, SelectField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { fieldAt, Side } from "../parts/value.js";
import { wordFor } from "../words.js";

/** @typedef {import("../types.js").Approval} Approval */
/** @typedef {import("../types.js").Kind} Kind */

const EVERY_MS = 10_000;
const PAGE = 50;
const SHOWN_MAX = 500;
const STATES = ["open", "approved", "rejected", "withdrawn", "expired"];
const TONES = /** @type {const} */ ({ approved: "good", rejected: "bad", withdrawn: "calm", expired: "warn" });

/** Approve or reject, with words for whoever proposed it. @param {{approval: Approval, name: string, onDone: () => void}} props */
function Decision({ approval, name, onDone }) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState("");
  const [error, setError] = useState("");
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  async function act(/** @type {"approve" | "reject"} */ decision) {
    setBusy(decision);
    setError("");
    try {
      await post(`/api/v1/approvals/${approval.id}`, { decision, hash: approval.hash, reason });
      const gone = approval.erasure && decision === "approve" ? ".erase" : "";
      say(t(`approvals.done.${decision}${gone}`, { field: name }));
      onDone();
    } catch (trouble) {
      const problem = asProblem(trouble);
      if (problem.code === "approval_reason_missing") {
        setError(problem.message);
        box.current?.querySelector("textarea")?.focus();
      } else {
        say(problem.message);
        onDone();
      }
    } finally {
      setBusy("");
    }
  }
  return html`<div ref=${box}>
    <${AreaField} name=${`reason-${approval.id}`} rows=${2} optional label=${t("approvals.answer", { name: approval.by })}
      hint=${t("approvals.answer.hint")} value=${reason} error=${error} onValue=${setReason} />
    <div class="actions">
      <${Button} look="main" icon="check" busy=${busy === "approve"} disabled=${busy !== ""} onClick=${() => act("approve")}>${t("approvals.approve")}<//>
      <${Button} icon="close" busy=${busy === "reject"} disabled=${busy !== ""} onClick=${() => act("reject")}>${t("approvals.reject")}<//>
    </div>
  </div>`;
}

/** @param {{approval: Approval, name: string, onDone: () => void}} props */
function TakeBack({ approval, name, onDone }) {
  const [busy, setBusy] = useState(false);
  async function act() {
    setBusy(true);
    try {
      await post(`/api/v1/approvals/${approval.id}/withdraw`, {});
      say(t("approvals.done.withdraw", { field: name }));
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy(false);
      onDone();
    }
  }
  return html`<p class="soft">${t("approvals.own")}</p>
    <div class="actions"><${Button} busy=${busy} onClick=${act}>${t("approvals.withdraw")}<//></div>`;
}

/** How it ended: the state, why, who decided and what they said. @param {{approval: Approval}} props */
function Ending({ approval }) {
  const { state, ended, decided_by: by, decided_at: at, answer } = approval;
  if (state === "open") return null;
  return html`<div class="note ${TONES[state]}"><div>
    <p><${Badge} tone=${TONES[state]}>${t(`approvals.state.${state}`)}<//> ${ended !== "decided" && t(`approvals.ended.${ended}`)}
      ${by && t("approvals.decided_by", { name: by })} ${at && html`<${Ago} at=${at} />`}</p>
    ${answer && html`<blockquote>${answer}</blockquote>`}
  </div></div>`;
}

/** @param {{approval: Approval}} props */
function Facts({ approval }) {
  const { by, at, channel, expires_at: expires, reason, state, restored_from: version } = approval;
  return html`${reason && html`<blockquote>${reason}</blockquote>`}
    ${version && html`<p>${t("approvals.restored_from", { version })}</p>`}
    <dl class="figures">
      <div><dt>${t("approvals.by")}</dt><dd>${by}, ${wordFor("channel", channel)}</dd></div>
      <div><dt>${t("approvals.since")}</dt><dd><${Ago} at=${at} /></dd></div>
      ${state === "open" && html`<div><dt>${t("approvals.expires")}</dt><dd>${dateTime(expires)}</dd></div>`}
    </dl>`;
}

/** @param {{approval: Approval, kind: Kind | undefined, onChange: () => void}} props */
function Card({ approval, kind, onChange }) {
  const { field, name: place } = fieldAt(kind, approval.field);
  const name = approval.merge ? t("merge.merge") : approval.erasure ? t("approvals.erase") : place;
  const sides = { field, currency: approval.currency };
  return html`<li class="card clash">
    <div class="card-head"><h2>${approval.title || approval.number}</h2><span class="soft">${label(kind?.labels)} ${approval.number}</span></div>
    ${approval.erasure && html`<p class="clash-field">${name}</p><p>${t(`erase.reason.${approval.erasure.reason}`)}. ${t("approvals.erase.text")}</p>`}
    ${
      approval.merge
        ? html`<${ProposedMerge} merge=${approval.merge} kind=${kind} currency=${approval.currency} />`
        : !approval.erasure &&
          html`<p class="clash-field">${name}</p>
    <div class="sides">
      <${Side} title=${t("approvals.from")} value=${approval.base} ...${sides} />
      <${Side} strong title=${t("approvals.to")} value=${approval.proposed} ...${sides} />
    </div>`
    }
    ${approval.masked.length > 0 && html`<p class="soft">${t("approvals.masked")}</p>`}
    <${Facts} approval=${approval} />
    <${Ending} approval=${approval} />
    ${approval.decidable && html`<${Decision} approval=${approval} name=${name} onDone=${onChange} />`}
    ${approval.own && approval.state === "open" && html`<${TakeBack} approval=${approval} name=${name} onDone=${onChange} />`}
  </li>`;
}

/** @param {{found: Approval[], all: Kind[], state: string, more: boolean, onMore: () => void, onChange: () => void}} props */
function Inbox({ found, all, state, more, onMore, onChange }) {
  const decidable = found.filter((one) => one.decidable).length;
  useEffect(() => {
    if (state === "open") setAttention("approvals", decidable);
  }, [state, decidable]);
  if (!found.length)
    return html`<${Empty} icon="check" title=${t(state === "open" ? "approvals.empty" : "approvals.none")}><p>${t("approvals.empty.help")}</p><//>`;
  return html`<ul class="cards wide" aria-label=${t("nav.approvals")}>
      ${found.map((one) => html`<${Card} key=${one.id} approval=${one} kind=${all.find((kind) => kind.name === one.kind)} onChange=${onChange} />`)}
    </ul>
    ${more && html`<p class="more"><${Button} onClick=${onMore}>${t("approvals.more")}<//></p>`}`;
}

export function Approvals() {
  const [state, setState] = useState("open");
  const [limit, setLimit] = useState(PAGE);
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  const load = useLoad(
    async () => {
      const [answer, all] = await Promise.all([read(`/api/v1/approvals?state=${state}&limit=${limit}`), kinds()]);
      return { found: answer.approvals, more: answer.next !== null && limit < SHOWN_MAX, all, state };
    },
    { every: EVERY_MS, deps: [state, limit] },
  );
  function onChange() {
    // The card goes with the button that was pressed; whoever works through the list goes on from its top.
    title.current?.focus();
    load.reload();
  }
  const choices = STATES.map((value) => ({ value, label: t(`approvals.state.${value}`) }));
  return html`<header class="head">
      <div><h1 ref=${title} tabindex="-1">${t("nav.approvals")}</h1><p class="lede">${t(may("approval update") ? "approvals.lede" : "approvals.lede.reader")}</p></div>
      <${SelectField} name="state" label=${t("approvals.show")} value=${state} choices=${choices} onValue=${setState} />
    </header>
    <${Loaded} load=${load}>${(/** @type {{found: Approval[], all: Kind[], state: string, more: boolean}} */ data) =>
      html`<${Inbox} ...${data} onMore=${() => setLimit(SHOWN_MAX)} onChange=${onChange} />`}<//>`;
}
