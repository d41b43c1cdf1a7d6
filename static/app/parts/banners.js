// What everybody must know, whatever screen is open: sign in to send, a wrong clock, trouble with the storage, a new
// version. Each says what happened, what is safe and what to do.
import { useEffect } from "preact/hooks";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { LaterPart } from "../later.js";
import { route } from "../router.js";
import { counts, left, skew, status, trouble } from "../runtime.js";
import { applyUpdate, lookForUpdate, untrusted, updateReady } from "../updates.js";
import { Banner, Button, ButtonLink, say } from "./controls.js";

const SKEW_MS = 600_000;

function StorageBanner() {
  const kind = trouble.value;
  if (!kind) return null;
  const again = html`<${Button} look="plain" onClick=${() => location.reload()}>${t("trouble.reload")}<//>`;
  return html`<${Banner} tone="bad" alert title=${t(`trouble.${kind}.title`)} actions=${kind === "blocked" || kind === "lease" ? null : again}>${t(`trouble.${kind}.text`)}<//>`;
}

function SignInBanner() {
  if (status.value.link !== "signed_out" || route.value.screen === "sign-in") return null;
  const text = counts.value.waiting
    ? t("sign_in_needed.text", { count: counts.value.waiting })
    : t("sign_in_needed.none");
  return html`<${Banner} tone="warn" icon="key" title=${t("sign_in_needed.title")} actions=${html`<${ButtonLink} href="#/sign-in" look="main">${t("sign_in")}<//>`}>${text}<//>`;
}

function ClockBanner() {
  if (Math.abs(skew.value) < SKEW_MS) return null;
  return html`<${Banner} tone="warn" icon="clock" title=${t("clock.title")}>${t("clock.text", { minutes: Math.round(Math.abs(skew.value) / 60_000) })}<//>`;
}

/** Not while a form is open: what is being typed comes first. */
function UpdateBanner() {
  if (!updateReady.value || route.value.screen === "entry") return null;
  const apply = async () => {
    if (!(await applyUpdate())) say(t("update.form_open"));
  };
  return html`<${Banner} tone="calm" icon="download" title=${t("update.title")} actions=${html`<${Button} look="main" onClick=${apply}>${t("update.apply")}<//>`}>${t("update.text")}<//>`;
}

function OldAppBanner() {
  const old = status.value.link === "update";
  useEffect(() => {
    if (old) void lookForUpdate();
  }, [old]);
  if (!old) return null;
  return html`<${Banner} tone="warn" icon="download" title=${t("too_old.title")}>${t("too_old.text")}<//>`;
}

export function Banners() {
  return html`<${StorageBanner} />${left.value.length > 0 && html`<${LaterPart} name="left" />`}${untrusted.value && html`<${LaterPart} name="untrusted" />`}<${SignInBanner} /><${OldAppBanner} /><${ClockBanner} /><${UpdateBanner} />`;
}
