// Backups: the recovery sheet, the files with their age and size, whether a check opened them, and the second medium.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { sheetless } from "../attention.js";
import { Sheet } from "../backups/sheet.js";
import { bytes, count } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button, ButtonLink } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { route } from "../router.js";

/** @typedef {import("../types.js").Backup} Backup */
/** @typedef {import("../types.js").Backups} AllBackups */

const EVERY_MS = 3_000;

/** @param {{backup: Backup}} props */
function State({ backup }) {
  if (backup.problem) return html`<${Badge} tone="bad">${t("backups.damaged")}<//>`;
  if (backup.proved_at) return html`<${Badge} tone="good">${t("backups.good")}<//>`;
  return html`<${Badge} tone="calm">${t("backups.unchecked")}<//>`;
}

/** @param {{backup: Backup, second: boolean, busy: boolean, onCheck: () => void}} props */
function BackupCard({ backup, second, busy, onCheck }) {
  return html`<li class="card">
    <div class="card-head"><h3><${Ago} at=${backup.made_at} /></h3><${State} backup=${backup} /></div>
    <dl class="figures">
      <div><dt>${t("backups.size")}</dt><dd>${bytes(backup.size)}</dd></div>
      <div><dt>${t("backups.head")}</dt><dd>${count(backup.head)}</dd></div>
      <div><dt>${t("backups.checked")}</dt><dd><${Ago} at=${backup.proved_at} none="–" /></dd></div>
      ${second && html`<div><dt>${t("backups.second")}</dt><dd>${t(backup.second ? "backups.second.yes" : "backups.second.no")}</dd></div>`}
    </dl>
    ${backup.problem && html`<p class="note bad">${backup.problem.detail}</p>`}
    <p class="soft code key">${backup.file}</p>
    ${may("backup run") && html`<div class="actions"><${Button} icon="check" busy=${busy} onClick=${onCheck}>${t("backups.check")}<//></div>`}
  </li>`;
}

/** @param {{under: NonNullable<AllBackups["under"]>}} props */
function UnderWay({ under }) {
  const label = t(under.what === "make" ? "backups.making" : "backups.checking");
  return html`<div class="progress" role="status">
    ${under.total > 0 && html`<progress max=${under.total} value=${under.done} aria-label=${label}></progress>`}
    <p class="soft">${label}</p>
  </div>`;
}

/** What stands between this shop and a good backup. @param {{all: AllBackups}} props */
function Notes({ all }) {
  return html`
    ${!all.recipient && html`<p class="note warn">${t("backups.sheet.missing")}</p>`}
    ${all.recipient && all.trouble && html`<p class="note bad" role="alert">${all.trouble.detail}</p>`}
    ${all.under && html`<${UnderWay} under=${all.under} />`}`;
}

/** @param {{all: AllBackups}} props */
function Facts({ all }) {
  return html`<dl class="figures panel">
    <div><dt>${t("backups.folder")}</dt><dd class="code key">${all.folder}</dd></div>
    <div><dt>${t("backups.second")}</dt><dd class="code key">${all.second_folder || t("backups.second.none")}</dd></div>
    <div><dt>${t("backups.opens")}</dt><dd>${t(all.head_office ? "backups.opens.both" : "backups.opens.sheet")}</dd></div>
  </dl>`;
}

export function Backups() {
  const [drawn, setDrawn] = useState(/** @type {import("../backups/sheet.js").Drawn | null} */ (null));
  const [replacing, setReplacing] = useState(false);
  // Whoever has just set the shop up, or comes from the bar that says so, is shown the sheet at once.
  const [asked, setAsked] = useState(route.value === "backups/sheet");
  const load = useLoad(() => read("/api/v1/backups"), { every: EVERY_MS, deps: [language.value] });
  async function act(/** @type {() => Promise<unknown>} */ ask, /** @type {string} */ done) {
    try {
      await ask();
      if (done) say(done);
      load.reload();
    } catch (error) {
      say(asProblem(error).message);
    }
  }
  const draw = (/** @type {boolean} */ anew) => {
    setReplacing(false);
    return act(async () => setDrawn(await post("/api/v1/backups/key", { anew })), "");
  };
  useEffect(() => {
    if (!load.data) return;
    sheetless.value = !load.data.recipient;
    if (asked && !load.data.recipient) draw(false);
    setAsked(false);
  }, [load.data]);
  const make = () => act(() => post("/api/v1/backups", undefined), t("backups.begun"));
  const check = (/** @type {Backup} */ { file }) =>
    act(() => post(`/api/v1/backups/${encodeURIComponent(file)}/check`, undefined), t("backups.check.begun"));
  return html`<header class="head">
      <div><h1>${t("nav.backups")}</h1><p class="lede">${t("backups.lede")}</p></div>
      <${ButtonLink} icon="sync" href="#/schedule/backup">${t("nav.schedule")}<//>
    </header>
    <${Loaded} load=${load}>${(/** @type {AllBackups} */ all) => html`<div class="backups">
      <${Notes} all=${all} />
      <div class="actions">
        <${Button} look=${all.recipient ? "main" : "plain"} icon="play" busy=${all.under !== null} onClick=${make}>${t("backups.make")}<//>
        <${Button} look=${all.recipient ? "plain" : "main"} icon="key" onClick=${() => (all.recipient ? setReplacing(true) : draw(false))}>${t(all.recipient ? "backups.sheet.new" : "backups.sheet.make")}<//>
      </div>
      <${Facts} all=${all} />
      ${
        all.backups.length
          ? html`<ul class="cards">${all.backups.map((backup) => html`<${BackupCard} key=${backup.file} backup=${backup} second=${Boolean(all.second_folder)} busy=${all.under !== null} onCheck=${() => check(backup)} />`)}</ul>`
          : html`<${Empty} icon="stock" title=${t("backups.empty")}><p>${t("backups.empty.help")}</p><//>`
      }</div>`}<//>
    ${
      replacing &&
      html`<${Confirm} title=${t("backups.sheet.new")} text=${t("backups.sheet.new.text")} yes=${t("backups.sheet.make")}
      onYes=${() => draw(true)} onClose=${() => setReplacing(false)} />`
    }
    ${
      drawn &&
      html`<${Sheet} drawn=${drawn} onClose=${() => setDrawn(null)} onDone=${() => {
        setDrawn(null);
        load.reload();
      }} />`
    }`;
}
