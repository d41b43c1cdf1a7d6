// The last raw frames of one device, byte by byte: what a technician needs when a scanner says something odd.

import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { read } from "../api.js";
import { clock } from "../format.js";
import { useLoad } from "../load.js";
import { Empty, Loaded } from "../parts/states.js";
import { wordFor } from "../words.js";

const EVERY_MS = 2_000;

/** "0d0a41" becomes "0d 0a 41". @param {string} hex */
export const spaced = (hex) => hex.replace(/\s+/g, "").replace(/(..)(?=.)/g, "$1 ");

/** @param {{frame: import("../types.js").Frame}} props */
function FrameRow({ frame }) {
  return html`<tr>
    <td><time datetime=${frame.at}>${clock(frame.at)}</time></td>
    <td class="code" data-label=${t("frames.hex")}><span>${spaced(frame.hex)}</span></td>
    <td class="code" data-label=${t("frames.text")}><span>${frame.text}</span></td>
    <td data-label=${t("frames.outcome")}><span>${wordFor("type", frame.outcome)}${frame.seq ? html` <span class="soft">#${frame.seq}</span>` : ""}</span></td>
  </tr>`;
}

/** @param {{path: string, name: string}} props */
export function FrameTable({ path, name }) {
  const load = useLoad(() => read(`${path}/frames`), { every: EVERY_MS, deps: [path] });
  return html`<${Loaded} load=${load}>${(/** @type {{frames: import("../types.js").Frame[]}} */ { frames }) =>
    frames.length
      ? html`<div class="table-box" tabindex="0" role="region" aria-label=${t("frames.title", { name })}><table class="stacking">
            <thead><tr><th>${t("frames.at")}</th><th>${t("frames.hex")}</th><th>${t("frames.text")}</th><th>${t("frames.outcome")}</th></tr></thead>
            <tbody>${frames.map((frame, at) => html`<${FrameRow} key=${`${frame.at}${at}`} frame=${frame} />`)}</tbody>
          </table></div>`
      : html`<${Empty} icon="scan" title=${t("frames.empty")}><p>${t("frames.empty.help")}</p><//>`}
    <//>`;
}
