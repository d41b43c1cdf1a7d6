// How this phone opens: asked once at the first sign-in, and changed under "More". Each way says what it protects from.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useState } from "preact/hooks";
import { Failure } from "../api.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { watchIdle } from "../idle.js";
import { strength } from "../lock_rules.js";
import { Button, ButtonLink, say } from "../parts/controls.js";
import { Page } from "../parts/frame.js";
import { Icon, Mark } from "../parts/icons.js";
import { Passphrase } from "../parts/passphrase.js";
import { go } from "../router.js";
import { account, call, choosing, deviceId, forgetKey, here, locked, lockNow } from "../runtime.js";
import { byItself, byPasskey, byPassphrase, canPasskey, choose, NotOpened, useRing } from "../unlocking.js";

/** @typedef {import("../unlocking.js").Way} Way */

const someone = () => /** @type {import("../types.js").Account} */ (account.value ?? locked.value);
const policy = () => someone().gateway.phone?.unlock ?? "offered";

/** @param {unknown} error */
function sentenceOf(error) {
  if (error instanceof Failure) return error.kind === "unreachable" ? t("opening.unreachable") : error.message;
  if (error instanceof NotOpened) return t("opening.no_passkey");
  throw error;
}

/** @param {{way: Way, chosen: Way, onChoose: (way: Way) => void}} props */
function Choice({ way, chosen, onChoose }) {
  return html`<label class="choice"><input type="radio" name="way" value=${way} checked=${way === chosen} aria-describedby=${`way-${way}`} onChange=${() => onChoose(way)} />
    <span><strong>${t(`opening.${way}`)}</strong><small class="soft" id=${`way-${way}`}>${t(`opening.${way}.text`)}</small></span></label>`;
}

/** @param {{text: string}} props */
const Strength = ({ text }) =>
  html`<p class="soft" id="strength" role="status">${text ? t(`opening.strength.${strength(text)}`) : t("opening.hint")}</p>`;

/** @param {{title: string, data: () => Promise<CryptoKey>, onDone: () => unknown, onLater?: () => void}} props  data: the data key, to be wrapped anew */
export function Choices({ title, data, onDone, onLater }) {
  const passkey = useSignal(false);
  const [way, setWay] = useState(/** @type {Way} */ ("passphrase"));
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  useSignalEffect(() => {
    void canPasskey().then((can) => {
      passkey.value = can;
    });
  });
  const ways = /** @type {Way[]} */ ([
    ...(passkey.value ? ["passkey"] : []),
    "passphrase",
    ...(policy() === "required" ? [] : ["open"]),
  ]);

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    if (way === "passphrase" && strength(text) === "short") return setWrong(t("opening.strength.short"));
    setBusy(true);
    setWrong("");
    try {
      const { user, gateway } = someone();
      const desk = { call, device: await deviceId(), epoch: gateway.epoch };
      await choose(here().db, await data(), desk, { way, passphrase: text, name: user.name });
      if (way !== "open") watchIdle(gateway.phone?.lock_after_min ?? 0, forgetKey);
      say(t("opening.done"));
      await onDone();
    } catch (error) {
      setWrong(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  return html`<form class="door-card" onSubmit=${submit}>
    ${title && html`<h1>${title}</h1>`}<p class="soft">${t(policy() === "required" ? "opening.required" : "opening.text")}</p>
    ${wrong && html`<p class="wrong" role="alert" id="opening-wrong"><${Icon} name="alert" /><span>${wrong}</span></p>`}
    <fieldset class="choices ways"><legend class="visually-hidden">${t("opening.title")}</legend>${ways.map((each) => html`<${Choice} key=${each} way=${each} chosen=${way} onChoose=${setWay} />`)}</fieldset>
    ${way === "passphrase" && html`<${Passphrase} name="new-passphrase" label=${t("opening.new")} autocomplete="new-password" told="strength" onInput=${setText}><${Strength} text=${text} /><//>`}
    ${way !== "open" && html`<p class="soft">${t("opening.spare")}</p>`}
    <${Button} look="main" type="submit" busy=${busy} disabled=${busy}>${t(busy ? "opening.saving" : "opening.save")}<//>
    ${onLater && html`<${Button} look="quiet" onClick=${onLater}>${t("opening.later")}<//>`}
  </form>`;
}

/** Whoever changes how a phone opens has opened it just now. @param {{passkey: boolean, onKey: (key: CryptoKey) => void}} props */
function Proof({ passkey, onKey }) {
  const [wrong, setWrong] = useState("");
  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const { db } = here();
    try {
      onKey(
        passkey ? await byPasskey(db, true) : await byPassphrase(db, String(form.get("passphrase")), Date.now(), true),
      );
    } catch (error) {
      if (!(error instanceof NotOpened)) throw error;
      if (error.wiped) location.reload();
      setWrong(error.waitMs ? t("lock.wait", { seconds: Math.ceil(error.waitMs / 1000) }) : t("lock.not_opened"));
    }
  }
  return html`<form class="door-card" onSubmit=${submit}>
    <p class="soft">${t("opening.proof")}</p>
    ${wrong && html`<p class="wrong" role="alert" id="proof-wrong"><${Icon} name="alert" /><span>${wrong}</span></p>`}
    ${!passkey && html`<${Passphrase} name="passphrase" label=${t("opening.now")} autocomplete="current-password" told=${wrong ? "proof-wrong" : undefined} />`}
    <${Button} look="main" type="submit" icon="key">${t(passkey ? "lock.passkey" : "opening.next")}<//></form>`;
}

/** Asked at the first sign-in; where a lock is required it can wait only while the gateway is out of reach. */
function First() {
  const [seen, setSeen] = useState(false);
  const later = () => {
    choosing.value = "";
  };
  const data = async () => {
    setSeen(true);
    return byItself(here().db);
  };
  const mayWait = policy() !== "required" || seen;
  return html`<main class="door" id="main"><div class="door-head"><${Mark} /><p>${someone().gateway.name}</p></div>
    <${Choices} title=${t("opening.title")} data=${data} onDone=${later} ...${mayWait ? { onLater: later } : {}} /></main>`;
}

export function Opening() {
  const [key, setKey] = useState(/** @type {CryptoKey | null} */ (null));
  const ring = useRing(here().db);
  if (choosing.value === "opening") return html`<${First} />`;
  const done = () => go("more", { replace: true });
  const proven = ring && (ring.open || key);
  const data = async () => key ?? byItself(here().db);
  return html`<${Page} title=${t("opening.title")} back="#/more" alone><div class="column">
    ${proven && html`<${Choices} title="" data=${data} onDone=${done} />`}
    ${ring && !proven && html`<${Proof} passkey=${Boolean(ring.passkey)} onKey=${setKey} />`}
  </div><//>`;
}

/** A card of the screen "More". */
export function OpeningCard() {
  const ring = useRing(here().db);
  if (!ring || policy() === "off") return null;
  const way = ring.open ? "open" : ring.passkey ? "passkey" : "passphrase";
  return html`<section class="card"><h2 class="card-head">${t("opening.title")}</h2>
    <p class="soft">${t(`opening.${way}`)}</p>
    <div class="actions"><${ButtonLink} href="#/opening" icon="key">${t("opening.change")}<//>
      ${way !== "open" && html`<${Button} onClick=${lockNow}>${t("opening.lock_now")}<//>`}</div></section>`;
}
