// The journal as it grows: a pulse of the last minute and the newest rows, bounded, pausable, filtered as one types.
import { useEffect, useMemo, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { beat, matches, stillPulse, withBatch } from "../live_rows.js";
import { Button } from "../parts/button.js";
import { Empty } from "../parts/states.js";
import { gatewayTime, now } from "../parts/time.js";
import { follow } from "../stream.js";
import { Pulse } from "./live_pulse.js";
import { LiveRow } from "./live_row.js";
import { Today } from "./live_today.js";

/** @typedef {import("../types.js").LiveEvent} LiveEvent */

/** When more come at once, nobody sees each of them arrive, and lighting them all up is most of the work. */
const CROWD = 4;
const GROUPS = ["scan", "sale", "record", "device", "trouble"];

/** @param {number} unixMs */
const inSeconds = (unixMs) => Math.floor(unixMs / 1000);

/** What came in a crowd. @type {WeakSet<LiveEvent>} */
const crowded = new WeakSet();

function useJournal() {
  const [rows, setRows] = useState(/** @type {LiveEvent[]} */ ([]));
  const [pulse, setPulse] = useState(stillPulse);
  const [state, setState] = useState(/** @type {import("../stream.js").StreamState} */ ("connecting"));
  useEffect(
    () =>
      follow({
        onState: setState,
        onEvents: (batch) => {
          if (batch.length > CROWD) for (const event of batch) crowded.add(event);
          setRows((old) => withBatch(old, batch));
          setPulse((old) =>
            beat(
              old,
              inSeconds(gatewayTime()),
              batch.map((event) => inSeconds(Date.parse(event.received_at))),
            ),
          );
        },
      }),
    [],
  );
  return { rows, pulse: beat(pulse, inSeconds(now.value), []), state };
}

/** Rows as they were when the pause began, or as they are. @param {LiveEvent[]} rows */
function usePause(rows) {
  const [held, setHeld] = useState(/** @type {LiveEvent[] | null} */ (null));
  const newest = held?.[0]?.seq ?? -1;
  return {
    paused: held !== null,
    shown: held ?? rows,
    missed: held ? rows.filter((row) => row.seq > newest).length : 0,
    toggle: () => setHeld(held ? null : rows),
  };
}

/** @param {{rows: LiveEvent[], wanted: {text: string, group: string, device: string}, onWanted: (change: object) => void}} props */
function Filter({ rows, wanted, onWanted }) {
  const devices = new Map(rows.filter((row) => row.device).map((row) => [row.device, row.device_name || row.device]));
  return html`<div class="filter" role="search" aria-label=${t("live.filter")}>
    <input type="search" placeholder=${t("live.filter.text")} aria-label=${t("live.filter.text")} value=${wanted.text}
      onInput=${(/** @type {any} */ event) => onWanted({ text: event.currentTarget.value })} />
    <select aria-label=${t("live.filter.group")} onChange=${(/** @type {any} */ event) => onWanted({ group: event.currentTarget.value })}>
      <option value="">${t("live.filter.every_group")}</option>
      ${GROUPS.map((group) => html`<option value=${group} selected=${group === wanted.group}>${t(`live.group.${group}`)}</option>`)}
    </select>
    <select aria-label=${t("live.filter.device")} onChange=${(/** @type {any} */ event) => onWanted({ device: event.currentTarget.value })}>
      <option value="">${t("live.filter.every_device")}</option>
      ${[...devices].map(([id, name]) => html`<option value=${id} selected=${id === wanted.device}>${name}</option>`)}
    </select>
  </div>`;
}

/**
 * A row that is there already skips itself, since nothing it reads has changed. A node that is kept for the next time
 * would hold the list it was first drawn in, that one its rows, and so every row that ever was.
 * @param {LiveEvent} event
 */
const drawn = (event) => html`<${LiveRow} key=${event.seq} event=${event} still=${crowded.has(event)} />`;

/** @param {{rows: LiveEvent[], wanted: {text: string, group: string, device: string}}} props */
function Rows({ rows, wanted }) {
  const found = rows.filter((row) => matches(row, wanted));
  if (!rows.length) return html`<${Empty} icon="live" title=${t("live.empty")}><p>${t("live.empty.help")}</p><//>`;
  if (!found.length)
    return html`<${Empty} icon="search" title=${t("live.nothing_found")}><p>${t("live.nothing_found.help")}</p><//>`;
  return html`<ol class="live-rows" aria-label=${t("live.rows")}>${found.map(drawn)}</ol>`;
}

export function Live() {
  // One vnode for good: rows that arrive ten times a second do not draw the head again.
  const today = useMemo(() => html`<${Today} />`, []);
  const { rows, pulse, state } = useJournal();
  const { paused, shown, missed, toggle } = usePause(rows);
  const [wanted, setWanted] = useState({ text: "", group: "", device: "" });
  const change = (/** @type {object} */ part) => setWanted((old) => ({ ...old, ...part }));

  return html`<header class="head">
      <div>
        <h1>${t("nav.live")}</h1>
        <p class=${`live-state ${paused ? "paused" : state}`} role="status"><span class="lamp"></span>${t(paused ? "live.paused" : `live.state.${state}`)}</p>
      </div>
      <${Button} icon=${paused ? "play" : "pause"} pressed=${paused} onClick=${toggle}>
        ${paused ? t("live.resume", { count: missed }) : t("live.pause")}
      <//>
    </header>
    ${today}
    <${Pulse} pulse=${pulse} />
    <${Filter} rows=${rows} wanted=${wanted} onWanted=${change} />
    <${Rows} rows=${shown} wanted=${wanted} />`;
}
