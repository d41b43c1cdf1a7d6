// What is this, and what does it cost? By camera, by a scanner that types, or by hand; from the copy on this phone, so
// with or without a signal. A look at a price is no fact and leaves nothing at the gateway.
import "../later_words.js";
import "../scan/everywhere.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isDigits, typedState } from "../codes/articles.js";
import { coded } from "../data.js";
import { timeOrDate } from "../format.js";
import { mayCount } from "../goods/events.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { CameraView } from "../parts/camera_view.js";
import { Button, ButtonLink, Empty } from "../parts/controls.js";
import { Page } from "../parts/frame.js";
import { Found } from "../parts/scan_card.js";
import { styled } from "../parts/sheet.js";
import { account, here } from "../runtime.js";
import { forget, scansOf } from "../scan/book.js";
import { heard, lookUp, result } from "../scan/heard.js";

/** @typedef {import("../scan/book.js").Scan} Entry */

await styled("scan");

/** What stands below the field while a number is typed. @param {string} typed */
function helpFor(typed) {
  const found = typedState(typed);
  if (found.state === "missing") return t("scan.digit_missing", { digit: found.expected });
  if (found.state === "wrong") return t("scan.digit_wrong", { expected: found.expected, got: found.got });
  return t(found.state === "right" ? "scan.digit_right" : "scan.type_hint");
}

/** The code as it is looked for: numbers are read with gaps. @param {string} typed */
function tidied(typed) {
  const bare = typed.replace(/[\s-]/g, "");
  return isDigits(bare) ? bare : typed.trim();
}

function Typed() {
  const typed = useSignal("");
  const keys = useSignal(/** @type {"none" | "text"} */ ("none"));
  useEffect(() => {
    // Where a scanner types and nothing has the focus, some phones tell nobody of the keys.
    if (matchMedia("(pointer: coarse)").matches) document.getElementById("scan-code")?.focus({ preventScroll: true });
  }, []);
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (typed.value.trim()) void heard(tidied(typed.value), { at: event.timeStamp, tapped: true });
  };
  return html`<form class="card scan-typed" onSubmit=${submit}>
    <label class="label" for="scan-code">${t("scan.code")}</label>
    <div class="scan-line"><input id="scan-code" class="input code" value=${typed.value} data-scannable inputmode=${keys.value} autocomplete="off" autocapitalize="characters" spellcheck=${false}
      enterkeyhint="search" maxlength="512" aria-describedby="scan-help" onPointerDown=${() => {
        keys.value = "text";
      }} onInput=${(/** @type {any} */ event) => {
        typed.value = event.currentTarget.value;
      }} />
      <${Button} type="submit" icon="search">${t("scan.look_up")}<//></div>
    <p class="soft" id="scan-help" aria-live="polite">${helpFor(typed.value)}</p>
  </form>`;
}

/** @param {{scan: Entry}} props */
function Row({ scan }) {
  const open = async () => {
    result.value = await lookUp(scan.code);
    scrollTo(0, 0);
  };
  const code = scan.code.replace(/^\][A-Za-z]\w/, "").replaceAll("\x1d", " ");
  return html`<li><button type="button" class="row" onClick=${open}>
    <span class="row-words"><span class="row-line"><strong>${scan.title || t("scan.unknown_short")}</strong><span class="row-time">${timeOrDate(scan.at)}</span></span>
    <span class="row-line second"><span class="code">${code}</span></span></span>
  </button></li>`;
}

function Last() {
  const scans = useSignal(/** @type {Entry[]} */ ([]));
  useSignalEffect(() => {
    result.value;
    void scansOf(here().db).then((found) => {
      scans.value = found;
    });
  });
  if (scans.value.length === 0) return null;
  const clear = async () => {
    await forget(here().db);
    scans.value = [];
  };
  return html`<section class="list-part" aria-labelledby="scans-title"><h2 id="scans-title">${t("scan.last")}</h2>
    <ul class="list">${scans.value.map((scan) => html`<${Row} key=${scan.code} scan=${scan} />`)}</ul>
    <${Button} look="quiet" icon="trash" onClick=${clear}>${t("scan.clear")}<//></section>`;
}

const Nothing = () => html`<${Empty} icon="search" title=${t("scan.none")}>${t("scan.none_text")}<//>`;

export function Scan() {
  useEffect(() => {
    void coded([]); // the list of products gets ready before the first scan
  }, []);
  return html`<${Page} title=${t("scan.title")}><div class="scan">
    <div class="scan-ways"><${CameraView} onCode=${(/** @type {string} */ code) => heard(code, { at: performance.now() })} /><${Typed} />${mayCount(account.value?.user.role) && html`<${ButtonLink} href="#/goods" icon="task">${t("goods.title")}<//>`}</div>
    <div class="scan-answers"><div role="status" aria-live="polite">${result.value ? html`<${Found} result=${result.value} />` : html`<${Nothing} />`}</div><${Last} /></div>
  </div><//>`;
}
