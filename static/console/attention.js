// How many things wait for a person, by screen; the frame shows the numbers beside the names.
import { signal } from "@preact/signals";
import { Problem, read } from "./api.js";
import { may } from "./may.js";

const EVERY_MS = 15_000;

/** @type {import("@preact/signals").Signal<Record<string, number>>} */
export const attention = signal({});

/** @param {string} screen @param {number} waiting */
export function setAttention(screen, waiting) {
  if (attention.value[screen] !== waiting) attention.value = { ...attention.value, [screen]: waiting };
}

/** What the gateway raises an alarm about, in the words of the language the page was read in. @type {import("@preact/signals").Signal<string[]>} */
export const alarms = signal(/** @type {string[]} */ ([]));

/** What the gateway says of a database that was damaged, until it is confirmed, and of a disk that fills. */
export const ailments = signal(/** @type {{name: string, detail: string}[]} */ ([]));
const TOLD = new Set(["damage", "disk"]);

/** There is no recovery sheet yet, so nothing is backed up. */
export const sheetless = signal(false);

/** @param {{recipient: string, trouble: unknown}} answer */
function backupsTold({ recipient, trouble }) {
  sheetless.value = !recipient;
  return Number(trouble !== null);
}

/** @param {{findings?: {name: string, ok: boolean, detail: string}[]}} answer */
function healthTold({ findings = [] }) {
  ailments.value = findings.filter(({ name, ok }) => TOLD.has(name) && !ok);
  return 0;
}

/** @param {import("./types.js").Consumer[]} consumers */
export function setAlarms(consumers) {
  const said = consumers.flatMap(({ alarm }) => (alarm ? [alarm.detail] : []));
  if (said.join() !== alarms.value.join()) alarms.value = said;
}

/** What an ERP put off goes by itself; what it refused waits for a person. @param {import("./types.js").Consumer[]} consumers */
export const rejectedBy = (consumers) => consumers.reduce((sum, { rejected }) => sum + rejected, 0);

/** What an ERP refused, and the phones that keep silent with something in them. @param {import("./types.js").Consumer[]} consumers @param {import("./types.js").BoardPhone[]} phones */
export const needsOf = (consumers, phones) =>
  rejectedBy(consumers) + phones.filter((phone) => phone.silent && (phone.unsent ?? 0) > 0).length;

/** What is plugged in and meant to run, and how much of it does. */
export const plugged = signal({ known: false, up: 0, all: 0 });

/** @param {import("./types.js").Device[]} devices */
export function setPlugged(devices) {
  const meant = devices.filter(({ state }) => state !== "disabled");
  const up = meant.filter(({ state }) => state === "online").length;
  const before = plugged.value;
  if (!before.known || before.up !== up || before.all !== meant.length)
    plugged.value = { known: true, up, all: meant.length };
}

/** @param {string} screen @param {string[]} paths @param {(...answers: any[]) => number} measure */
async function look(screen, paths, measure) {
  try {
    setAttention(screen, measure(...(await Promise.all(paths.map(read)))));
  } catch (error) {
    // A number beside a menu entry may be old; the screen itself says what is wrong.
    if (!(error instanceof Problem)) throw error;
  }
}

/** @param {import("./types.js").Plugged} answer */
function devicesWaiting(answer) {
  setPlugged(answer.devices);
  return answer.proposals.length;
}

function lookAround() {
  if (document.hidden) return;
  if (may("device list")) look("devices", ["/api/v1/devices"], devicesWaiting);
  if (may("sync list"))
    look("sync", ["/api/v1/sync", "/api/v1/sync/phones"], (state, board) => {
      setAlarms(state.erp.consumers);
      return needsOf(state.erp.consumers, board.phones);
    });
  if (may("quarantine list")) look("quarantine", ["/api/v1/quarantine"], (answer) => answer.items.length);
  // Only what this person may decide: the rest waits for somebody else.
  if (may("approval update"))
    look(
      "approvals",
      ["/api/v1/approvals?limit=500"],
      (answer) => answer.approvals.filter((/** @type {{decidable: boolean}} */ one) => one.decidable).length,
    );
  if (may("duplicate update")) look("duplicates", ["/api/v1/duplicates?limit=1"], (answer) => answer.count);
  if (may("device list")) look("health", ["/readyz"], healthTold);
  if (may("backup list")) look("backups", ["/api/v1/backups"], backupsTold);
  if (may("certificate read")) look("certificate", ["/api/v1/certificate"], ({ faults }) => faults.length);
  if (may("conflict list")) look("conflicts", ["/api/v1/conflicts?state=open"], (answer) => answer.conflicts.length);
}

/** @returns {() => void} stops the watch */
export function watchAttention() {
  lookAround();
  const timer = setInterval(lookAround, EVERY_MS);
  return () => clearInterval(timer);
}
