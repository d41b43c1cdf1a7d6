// Read in the first idle moment: scanners are heard on every screen, and the reader of codes is on the phone before
// somebody opens the camera without a network.
import { account } from "../runtime.js";
import { heard } from "./heard.js";
import { listen } from "./keyboard.js";

listen(window, (code, at) => {
  if (account.value) void heard(code, { at });
});
const { BarcodeDetector } = /** @type {any} */ (window);
const formats = /** @type {string[]} */ ((await BarcodeDetector?.getSupportedFormats()) ?? []);
if (!formats.includes("ean_13"))
  void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage("fetch what comes later"));
