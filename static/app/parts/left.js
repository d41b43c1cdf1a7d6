// This phone is new here, and an earlier one of the same person, perhaps this one before its data was deleted, said that it
// still held something: it is said as long as nobody has acknowledged it.
import "../later_words.js";
import { timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { here, left } from "../runtime.js";
import { Banner, Button, ButtonLink } from "./controls.js";

export function Left() {
  const [first] = left.value;
  if (!first) return null;
  const known = async () => {
    await here().db.set("left", []);
    left.value = [];
  };
  const words = { count: first.unsent, time: timeOrDate(Date.parse(first.last_seen_at)) };
  const actions = html`<${ButtonLink} href="#/sync" look="main">${t("left.file")}<//><${Button} look="quiet" onClick=${known}>${t("left.known")}<//>`;
  return html`<${Banner} tone="warn" icon="phone" title=${t("left.title", words)} actions=${actions}>${t("left.text")}<//>`;
}
