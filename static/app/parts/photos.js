// Photos in a form or beside a record: taking them, how far each has come, and looking at one.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ready, Unreadable } from "../camera.js";
import { isFull } from "../db.js";
import { keepPhoto, wholePhoto } from "../files.js";
import { timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { here } from "../runtime.js";
import { Banner, Button } from "./controls.js";
import { Icon } from "./icons.js";
import { styled } from "./sheet.js";
import { Sign } from "./signs.js";

/** @typedef {import("../types.js").Attached} Attached */
/** @typedef {import("../files.js").Owner} Owner */
/** @typedef {{file: string, purpose: string, type: string, at: number, thumb?: ArrayBuffer, row?: Attached}} Shown  row: what this phone knows of it */

await styled("visit");

const estimate = async () => (await navigator.storage?.estimate?.()) ?? {};

/** @param {unknown} error @returns {string} the key of what to say */
function wordsFor(error) {
  if (isFull(error) || (error instanceof Error && error.name === "NoRoom")) return "photo.no_room";
  if (error instanceof Unreadable) return "photo.unreadable";
  throw error;
}

/**
 * Take in what the camera or the gallery gives.
 * @param {{owner: Owner, draft?: boolean, most?: number, onKept: () => unknown}} props  draft: it waits for a form; most: how many more fit
 */
export function PhotoAdd({ owner, draft = false, most = Infinity, onKept }) {
  const busy = useSignal(0);
  const failed = useSignal("");

  /** @param {File} file @returns {Promise<string>} what to say if it was not taken in */
  async function keep(file) {
    try {
      await keepPhoto(here().db, await ready(file), owner, { now: Date.now(), draft, estimate });
    } catch (error) {
      return wordsFor(error);
    }
    await onKept();
    return "";
  }

  /** @param {Event} event */
  async function taken({ currentTarget }) {
    const input = /** @type {HTMLInputElement} */ (currentTarget);
    const files = [...(input.files ?? [])];
    input.value = "";
    failed.value = files.length > most ? "photo.too_many" : "";
    busy.value += files.length;
    try {
      for (const file of files.slice(0, most)) failed.value = (await keep(file)) || failed.value;
    } finally {
      busy.value -= files.length;
    }
  }

  const name = owner.purpose === "card" ? "card" : "photo";
  return html`<div class="photo-add">
    <div class="photo-ways">
      <label class="button plain"><input type="file" accept="image/*" capture="environment" onChange=${taken} class="visually-hidden" /><${Sign} name=${name === "card" ? "card" : "camera"} /><span>${t(`photo.take.${name}`)}</span></label>
      ${name === "photo" && html`<label class="button plain"><input type="file" accept="image/*" multiple onChange=${taken} class="visually-hidden" /><${Sign} name="image" /><span>${t("photo.choose")}</span></label>`}
    </div>
    <p role="status" class="soft">${busy.value > 0 ? t("photo.working") : ""}</p>
    ${failed.value && html`<${Banner} tone="bad" alert title=${t(`${failed.value}.title`)}>${t(`${failed.value}.text`)}<//>`}
  </div>`;
}

/** An address for bytes, for as long as they are shown. @param {ArrayBuffer | undefined} bytes @param {string} type */
function useAddress(bytes, type) {
  const address = useSignal("");
  useEffect(() => {
    if (!bytes) return;
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    address.value = made;
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  return address.value;
}

/** @param {Shown} shown */
const stateOf = ({ row }) => {
  if (!row || row.state === "done") return "done";
  if (row.state === "waiting" && row.received > 0) return "part";
  return row.state;
};

/** @type {Record<string, string>} */
const LOOKS = { done: "check", refused: "alert" };

/** @param {{shown: Shown, number: number, onOpen: () => void, onDrop?: (() => void) | undefined, onRetry?: (() => void) | undefined}} props */
export function PhotoTile({ shown, number, onOpen, onDrop, onRetry }) {
  const { row, thumb, file, type, purpose, at } = shown;
  const own = useAddress(thumb, "image/jpeg");
  const broken = useSignal(false);
  const isPicture = type.startsWith("image/");
  const source = thumb ? own : isPicture ? `/api/v1/attachments/${file}` : "";
  const name = t(`photo.name.${purpose}`, { number, time: timeOrDate(at) });
  const state = stateOf(shown);
  const percent = row ? Math.floor((100 * row.received) / row.size) : 100;
  return html`<li class="photo" data-state=${state}>
    <button type="button" class="photo-open" aria-label=${t("photo.open", { name })} onClick=${onOpen}>
      ${
        source && !broken.value
          ? html`<img src=${source} alt="" loading="lazy" onError=${() => {
              broken.value = true;
            }} />`
          : html`<${Sign} name=${isPicture ? "image" : "paper"} />`
      }
    </button>
    <p class="photo-words"><${Icon} name=${LOOKS[state] ?? "clock"} /><span>${t(`photo.state.${state}`, { percent })}</span></p>
    ${state === "refused" && html`<p class="photo-why">${row?.problem?.detail ?? ""}</p>`}
    ${onRetry && state === "refused" && html`<${Button} onClick=${onRetry}>${t("photo.retry")}<//>`}
    ${onDrop && html`<${Button} look="quiet" icon="trash" label=${t("photo.drop", { name })} onClick=${onDrop} />`}
  </li>`;
}

/** One photo, as large as the screen allows. @param {{shown: Shown, onClose: () => void}} props */
export function PhotoView({ shown, onClose }) {
  const { file, type, row, purpose, at } = shown;
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const bytes = useSignal(/** @type {ArrayBuffer | null | undefined} */ (undefined));
  const broken = useSignal(false);
  useEffect(() => {
    dialog.current?.showModal();
    wholePhoto(here().db, file).then((found) => {
      bytes.value = found?.bytes ?? null;
    });
  }, [file]);
  const own = useAddress(bytes.value ?? undefined, type);
  const source = bytes.value === undefined ? "" : bytes.value ? own : `/api/v1/attachments/${file}`;
  const name = t(`photo.name.${purpose}`, { number: "", time: timeOrDate(at) });
  return html`<dialog class="photo-view" ref=${dialog} onClose=${onClose} aria-label=${name}>
    ${
      broken.value
        ? html`<p class="photo-away">${t(row ? "photo.away_own" : "photo.away")}</p>`
        : source &&
          html`<img src=${source} alt=${name} onError=${() => {
            broken.value = true;
          }} />`
    }
    <${Button} icon="close" label=${t("photo.close")} onClick=${() => dialog.current?.close()} />
  </dialog>`;
}

/** @param {Attached} row @returns {Shown} */
export const shownOf = (row) => ({
  file: row.file,
  purpose: row.purpose,
  type: row.type,
  at: row.at,
  thumb: row.thumb,
  row,
});
