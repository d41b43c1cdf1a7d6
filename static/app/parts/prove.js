// What takes two people asks for the password once more, right where it is decided, and then goes on as it was.
import "../later_words.js";
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { Failure } from "../api.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { account, call } from "../runtime.js";
import { signIn } from "../session.js";
import { Button } from "./controls.js";

/** @typedef {{place: string, end: (given: boolean) => void}} Asked  place: the card that asks */

const asked = signal(/** @type {Asked | null} */ (null));

/** @param {string} place @returns {Promise<boolean>} whether the password was given */
function proven(place) {
  asked.value?.end(false);
  return new Promise((resolve) => {
    asked.value = {
      place,
      end: (given) => {
        asked.value = null;
        resolve(given);
      },
    };
  });
}

/**
 * Send a decision; where the gateway wants the password first, ask for it and send the same again.
 * @param {string} place @param {string} path @param {object} body
 */
export async function decide(place, path, body) {
  const request = { method: "POST", body };
  try {
    return await call(path, request);
  } catch (error) {
    const needed = error instanceof Failure && error.problem?.code === "password_needed";
    if (!needed || !(await proven(place))) throw error;
    return call(path, request);
  }
}

/** The question, in the card that asks it. @param {{place: string}} props */
export function PasswordAgain({ place }) {
  const open = asked.value?.place === place;
  return open ? html`<${Question} end=${asked.value?.end} />` : null;
}

/** @param {{end: (given: boolean) => void}} props */
function Question({ end }) {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    input.current?.focus();
    return () => end(false); // whoever leaves the card has given none
  }, []);

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    setWrong("");
    try {
      await signIn(account.value?.user.name ?? "", input.current?.value ?? "");
      end(true);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setWrong(error.problem?.detail ?? t("clash.offline"));
      input.current?.select();
    } finally {
      setBusy(false);
    }
  }
  return html`<form class="clash-side prove" onSubmit=${submit}>
    <p>${t("prove.text")}</p>
    <div class="field"><label class="label" for="prove">${t("sign_in.password")}</label>
      <input class="input" id="prove" type="password" ref=${input} autocomplete="current-password" required aria-describedby=${wrong ? "prove-wrong" : undefined} /></div>
    ${wrong && html`<p class="wrong" role="alert" id="prove-wrong">${wrong}</p>`}
    <div class="actions"><${Button} look="main" type="submit" busy=${busy} disabled=${busy}>${t("prove.go")}<//>
      <${Button} look="quiet" onClick=${() => end(false)}>${t("prove.stop")}<//></div>
  </form>`;
}
