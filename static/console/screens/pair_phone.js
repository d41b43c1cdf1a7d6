// Letting a phone in: whose it is, then a QR code and a code to type, until the phone has come or the time is over.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, call, post, read } from "../api.js";
import { useForm, useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { ProblemNote } from "../parts/states.js";
import { gatewayTime, now } from "../parts/time.js";

/** @typedef {import("../types.js").Invitation} Invitation */
/** @typedef {import("../types.js").Pairable} Pairable */

const EVERY_MS = 2_000;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Why a phone will not get far with this address; "" when it will. @param {string} address */
function trouble(address) {
  const { hostname, protocol } = new URL(address);
  if (LOOPBACK.includes(hostname)) return t("pairing.loopback");
  return protocol === "https:" ? "" : t("pairing.no_https");
}

/** @param {{size: number, path: string}} props */
function QrCode({ size, path }) {
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${t("pairing.qr")}><path d=${path} /></svg>`;
}

/** @param {{people: Pairable[], onMade: (made: Invitation, until: number) => void, onClose: () => void}} props */
function Whose({ people, onMade, onClose }) {
  const form = useForm({ user: people[0]?.id ?? "" }, async ({ user }) => {
    const made = await post("/api/v1/pairings", { user });
    onMade(made, gatewayTime() + made.life_s * 1000);
  });
  return html`<form onSubmit=${form.onSubmit}>
    <${ProblemNote} problem=${form.problem} />
    <${SelectField} name="pairing-user" label=${t("pairing.whose")} hint=${t("pairing.whose.hint")} value=${form.values.user}
      choices=${people.map(({ id, name, role }) => ({ value: id, label: `${name} · ${t(`role.${role}`)}` }))}
      onValue=${(/** @type {string} */ value) => form.set("user", value)} />
    <footer>
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} look="main" type="submit" busy=${form.busy}>${t("pairing.show")}<//>
    </footer>
  </form>`;
}

/** @param {{made: Invitation, until: number}} props */
function Codes({ made, until }) {
  const left = Math.min(made.life_s, Math.max(0, Math.ceil((until - now.value) / 1000)));
  const warning = trouble(made.address);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return html`<p>${t("pairing.scan", { name: made.name })}</p>
    ${warning && html`<p class="note warn">${warning}</p>`}
    <${QrCode} ...${made.qr} />
    <dl class="pairing">
      <div><dt>${t("pairing.address")}</dt><dd class="code">${made.address}</dd></div>
      <div><dt>${t("pairing.code")}</dt><dd class="code pairing-code">${made.code}</dd></div>
      ${made.fingerprint && html`<div><dt>${t("pairing.fingerprint")}</dt><dd class="code key">${made.fingerprint}</dd></div>`}
      <div><dt>${t("pairing.left")}</dt><dd role="timer">${clock}</dd></div>
    </dl>`;
}

/** @param {{made: Invitation, until: number, onAgain: () => void, onClose: () => void, onPaired: () => void}} props */
function Waiting({ made, until, onAgain, onClose, onPaired }) {
  const [done, setDone] = useState(false);
  /** @type {import("../types.js").Load<{state: "open" | "over" | "claimed", phone: import("../types.js").PairedPhone | null}>} */
  const load = useLoad(() => read(`/api/v1/pairings/${made.id}`), { every: done ? 0 : EVERY_MS });
  const { state = "open", phone } = load.data ?? {};
  useEffect(() => {
    setDone(state !== "open");
    if (state === "claimed") onPaired();
  }, [state]);
  if (state === "claimed")
    return html`<p role="status">${t("pairing.done", { name: made.name, phone: phone?.name ?? "" })}</p>
      <footer><${Button} look="main" onClick=${onClose}>${t("close")}<//></footer>`;
  if (state === "over" || load.problem?.code === "pairing_unknown")
    return html`<p class="note warn" role="status">${t("pairing.over")}</p>
      <footer><${Button} onClick=${onClose}>${t("close")}<//><${Button} look="main" onClick=${onAgain}>${t("pairing.again")}<//></footer>`;
  return html`<${Codes} made=${made} until=${until} /><p class="soft" role="status">${t("pairing.waiting")}</p>
    <footer><${Button} onClick=${onClose}>${t("cancel")}<//></footer>`;
}

/** @param {{people: Pairable[], onPaired: () => void, onClose: () => void}} props */
export function PairPhone({ people, onPaired, onClose }) {
  const [shown, setShown] = useState(/** @type {{made: Invitation, until: number} | null} */ (null));
  const leave = () => {
    // What was shown on a screen must not lie around until its time is over; one that was used stays used.
    if (shown) call("DELETE", `/api/v1/pairings/${shown.made.id}`).catch((error) => say(asProblem(error).message));
    onClose();
  };
  return html`<${Dialog} title=${t("pairing.title")} onClose=${leave}>
    ${
      shown
        ? html`<${Waiting} key=${shown.made.id} ...${shown} onAgain=${() => setShown(null)} onClose=${leave} onPaired=${onPaired} />`
        : html`<${Whose} people=${people} onClose=${onClose} onMade=${(/** @type {Invitation} */ made, /** @type {number} */ until) => setShown({ made, until })} />`
    }
  <//>`;
}
