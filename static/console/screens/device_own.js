// What only some kinds of devices have: a dialog of their own.
import { DeviceFiles } from "./device_files.js";
import { Hook } from "./device_hook.js";
import { Printer } from "./device_printer.js";
import { Weigh } from "./device_weigh.js";

/**
 * @typedef {import("../types.js").Device} Device
 * @typedef {{word: string, look?: string, acts: boolean, Part: import("preact").FunctionComponent<{device: Device, onClose: () => void}>}} Own
 *   acts: it has the device do something
 */

/** @type {Own} */
const SCALE = { word: "weigh.do", look: "main", acts: true, Part: Weigh };

/** What it may do is asked inside, of each thing it does. @type {Own} */
const PRINTER = { word: "printer.open", look: "main", acts: false, Part: Printer };

/** By driver. @type {Record<string, Own>} */
export const OWN = {
  serial_scale: SCALE,
  network_scale: SCALE,
  network_printer: PRINTER,
  serial_printer: PRINTER,
  serial_drawer: PRINTER,
  file_drop: { word: "files.show", acts: true, Part: DeviceFiles },
  webhook: { word: "hook.open", acts: false, Part: Hook },
};
