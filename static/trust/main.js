// Leads a device to trust the gateway's own authority, step by step, and tries whether it does. It is read over plain
// HTTP, by browsers that cannot be asked for more yet.
import { render } from "preact";
import { useState } from "preact/hooks";
import { html } from "../app/html.js";
import { match, speak, t } from "../app/i18n.js";

/** @typedef {{name: string, fingerprint: string, ends_at: string | null, origins: string[]}} Trust */

/** How many steps each platform takes, in the order they are offered. @type {Record<string, number>} */
const STEPS = { ios: 4, android: 3, windows: 3, macos: 3, linux: 3 };
const APPLE = ["ios", "macos"];
/** A gateway that is not reached is waited for as long as this. */
const PATIENCE_MS = 8000;

/** The platform of this browser. An iPad says that it is a Mac, and has fingers. */
function platform() {
  const agent = navigator.userAgent;
  if (/iPhone|iPad/.test(agent) || (agent.includes("Macintosh") && navigator.maxTouchPoints > 1)) return "ios";
  if (agent.includes("Android")) return "android";
  if (agent.includes("Windows")) return "windows";
  return agent.includes("Macintosh") ? "macos" : "linux";
}

/** The first address at which this browser trusts the gateway; empty for none. @param {string[]} origins */
async function trusted(origins) {
  for (const origin of origins)
    try {
      // What comes is not for this page to read; that it came at all says that the certificate was believed.
      await fetch(`${origin}/trust/test`, {
        mode: "no-cors",
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return origin;
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    }
  return "";
}

/** @param {{name: string, open: boolean}} props */
function Platform({ name, open }) {
  const steps = Array.from({ length: STEPS[name] ?? 0 }, (_, place) => t(`${name}.${place + 1}`));
  const file = APPLE.includes(name) ? "authority.mobileconfig" : "authority.crt";
  return html`<details class="step" open=${open}>
    <summary>${t(name)}</summary>
    <ol>${steps.map((step) => html`<li key=${step}>${step}</li>`)}</ol>
    <a class="button main" href=${`/trust/${file}`}>${t("fetch")}</a>
  </details>`;
}

/** @param {{origins: string[]}} props */
function Test({ origins }) {
  const [found, setFound] = useState(/** @type {string | null} */ (null));
  const [busy, setBusy] = useState(false);
  async function test() {
    setBusy(true);
    setFound(await trusted(origins));
    setBusy(false);
  }
  return html`<section class="step">
    <h2>${t("test.title")}</h2>
    <p>${t("test.text")}</p>
    <button type="button" class="button plain" disabled=${busy} onClick=${test}>${t(busy ? "test.busy" : "test")}</button>
    <div role="status">
      ${found && html`<p class="said good">${t("test.good")}</p>`}
      ${found === "" && html`<p class="said bad">${t("test.bad", { address: origins.join(", ") })}</p>`}
    </div>
    ${found && html`<a class="button main" href=${found}>${t("open", { address: found })}</a>`}
  </section>`;
}

/** @param {{trust: Trust}} props */
function Page({ trust }) {
  if (!trust.fingerprint) return html`<h1>${t("none.title")}</h1><p>${t("none.text")}</p>`;
  const mine = platform();
  const others = Object.keys(STEPS).filter((name) => name !== mine);
  return html`<h1>${t("title")}</h1>
    <p>${t("text")}</p>
    <section class="step">
      <h2>${t("compare.title")}</h2>
      <p>${t("compare.text", { name: trust.name })}</p>
      <p class="fingerprint">${trust.fingerprint}</p>
    </section>
    <${Platform} name=${mine} open />
    <${Test} origins=${trust.origins} />
    <h2>${t("others")}</h2>
    ${others.map((name) => html`<${Platform} key=${name} name=${name} open=${false} />`)}
    <p class="soft">${t("firefox")}</p>`;
}

async function start() {
  await speak(match(navigator.languages), ["/static/trust/locales"]);
  document.title = t("title");
  const trust = await fetch("/api/v1/trust").then((answer) => answer.json());
  render(html`<${Page} trust=${trust} />`, /** @type {HTMLElement} */ (document.getElementById("trust")));
}

start();
