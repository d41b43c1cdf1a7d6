// A browser that does not trust the gateway's certificate keeps no app: without a network there would be nothing to open.
import "../later_words.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Banner } from "./controls.js";

export const Untrusted = () =>
  html`<${Banner} tone="warn" icon="cloud_off" title=${t("untrusted.title")}>${t("untrusted.text")}<//>`;
