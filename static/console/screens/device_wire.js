// Trying a device out: what it can be made to do, who is connected, and every byte on its lines as it moves.
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { clock, count } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { Empty, ProblemNote } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { wordFor } from "../words.js";

const EVERY_MS = 1_000;
const SHOWN = 200;

/** @typedef {{number: number, at: string, way: "in" | "out", hex: string, length: number, line: string}} Piece */
/** @typedef {{name: string, tests: boolean}} Command */
/** @typedef {{kind: string, commands: Command[]}} Driver */

/** What can be read in bytes; the rest are dots. @param {string} hex */
export const readable = (hex) =>
  hex
    .split(" ")
    .map((byte) => Number.parseInt(byte, 16))
    .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"))
    .join("");

/** Everything that moved since the dialog was opened, and a little before. @param {string} path */
function usePieces(path) {
  const [pieces, setPieces] = useState(/** @type {Piece[]} */ ([]));
  const newest = useRef(0);
  const load = useLoad(() => read(`${path}/raw?after=${newest.current}`), { every: EVERY_MS, deps: [path] });
  useEffect(() => {
    const fresh = /** @type {Piece[]} */ (load.data?.pieces ?? []).filter((piece) => piece.number > newest.current);
    if (!fresh.length) return;
    newest.current = fresh[fresh.length - 1]?.number ?? 0;
    setPieces((old) => [...fresh.reverse(), ...old].slice(0, SHOWN));
  }, [load.data]);
  return { pieces, problem: load.problem };
}

/** @param {{device: import("../types.js").Device, path: string}} props */
function Tests({ device, path }) {
  const [trouble, setTrouble] = useState("");
  const load = useLoad(() => read("/api/v1/drivers"));
  const drivers = /** @type {Driver[]} */ (load.data?.drivers ?? []);
  const commands = drivers.find((one) => one.kind === device.driver)?.commands.filter((one) => one.tests) ?? [];
  const run = async (/** @type {string} */ command) => {
    try {
      const result = await post(`${path}/commands`, { command });
      setTrouble(result.reason ?? "");
      if (!result.reason) say(t("wire.done"));
    } catch (error) {
      setTrouble(asProblem(error).message);
    }
  };
  if (!commands.length || !may("device run")) return null;
  return html`<div class="stack">
    <div class="actions">${commands.map((one) => html`<${Button} key=${one.name} onClick=${() => run(one.name)}>${wordFor("command", one.name)}<//>`)}</div>
    ${trouble && html`<p class="note warn" role="alert">${trouble}</p>`}
  </div>`;
}

/** @param {{device: import("../types.js").Device}} props */
export function Lines({ device }) {
  return html`${
    device.lines.length > 0 &&
    html`<section><h3>${t("wire.lines")}</h3><ul class="plain">${device.lines.map(
      (line) =>
        html`<li key=${line.line}><span class="code">${line.line}</span> · ${t("wire.line.frames", { count: line.frames })}, ${t("devices.last")} <${Ago} at=${line.last_frame_at} none=${t("devices.nothing_yet")} /></li>`,
    )}</ul></section>`
  }
  ${
    device.turned_away.length > 0 &&
    html`<section><h3>${t("wire.turned_away")}</h3><ul class="plain">${device.turned_away.map(
      (one) =>
        html`<li key=${one.line}><span class="code">${one.line}</span> × ${count(one.count)}, <${Ago} at=${one.last_at} />. ${one.reason}</li>`,
    )}</ul></section>`
  }`;
}

/** @param {{piece: Piece, named: boolean}} props  named: whether it says which line it is */
function PieceRow({ piece, named }) {
  return html`<tr>
    <td><time datetime=${piece.at}>${clock(piece.at)}</time></td>
    <td>${t(`wire.way.${piece.way}`)}${named && piece.line && html`<br /><span class="soft code">${piece.line}</span>`}</td>
    <td class="code">${piece.hex}${piece.length * 3 - 1 > piece.hex.length ? " …" : ""}</td>
    <td class="code">${readable(piece.hex)}</td>
  </tr>`;
}

/** @param {{device: import("../types.js").Device, onClose: () => void}} props */
export function Wire({ device, onClose }) {
  const path = `/api/v1/devices/${encodeURIComponent(device.id)}`;
  const { pieces, problem } = usePieces(path);
  return html`<${Dialog} wide title=${t("wire.title", { name: device.name })} onClose=${onClose}>
    <div class="stack">
    <p class="soft">${t("wire.help")}</p>
    <${Tests} device=${device} path=${path} />
    <${Lines} device=${device} />
    <${ProblemNote} problem=${problem} />
    ${
      pieces.length
        ? html`<div class="table-box" tabindex="0" role="region" aria-label=${t("wire.bytes")}><table>
          <thead><tr><th>${t("frames.at")}</th><th>${t("wire.way")}</th><th>${t("frames.hex")}</th><th>${t("frames.text")}</th></tr></thead>
          <tbody>${pieces.map((piece) => html`<${PieceRow} key=${piece.number} piece=${piece} named=${device.lines.length > 1} />`)}</tbody>
        </table></div>`
        : html`<${Empty} icon="scan" title=${t("wire.empty")}><p>${t("frames.empty.help")}</p><//>`
    }
    </div>
  <//>`;
}
