// The picture of the camera with its reticle, or in plain words why there is none.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Camera, missing, troubleOf } from "../scan/camera.js";
import { allowSound } from "../scan/feedback.js";
import { Button } from "./controls.js";
import { Icon } from "./icons.js";
import { Sign } from "./signs.js";

/** @typedef {import("../scan/camera.js").Trouble | "reader"} Trouble */

/** @param {{trouble: Trouble}} props */
const Told = ({ trouble }) =>
  html`<div class="scan-trouble" role="alert"><${Icon} name="alert" /><div><strong>${t(`scan.camera.${trouble}.title`)}</strong><p>${t(`scan.camera.${trouble}.text`)}</p></div></div>`;

/** @param {{onCode: (code: string) => Promise<boolean>}} props  onCode: whether it counted */
export function CameraView({ onCode }) {
  const trouble = useSignal(/** @type {Trouble | null} */ (missing(window)));
  const state = useSignal(/** @type {"closed" | "opening" | "open"} */ ("closed"));
  const [lamp, lit, flash] = [useSignal(false), useSignal(false), useSignal(0)];
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const camera = useRef(/** @type {Camera | null} */ (null));

  function close() {
    camera.current?.close();
    camera.current = null;
    state.value = "closed";
    lit.value = false;
  }

  async function open() {
    allowSound();
    trouble.value = null;
    state.value = "opening";
    const opened = new Camera({
      onCode: async (code) => {
        if (await onCode(code)) flash.value += 1;
      },
      onFault: () => {
        close();
        trouble.value = "reader";
      },
    });
    camera.current = opened;
    try {
      await opened.open(/** @type {HTMLVideoElement} */ (video.current));
      if (camera.current !== opened) return opened.close(); // left meanwhile
      lamp.value = opened.hasTorch;
      state.value = "open";
    } catch (error) {
      close();
      trouble.value = troubleOf(error);
    }
  }

  useEffect(() => {
    // Nobody looks: the camera is off, and its light too.
    const onHidden = () => document.hidden && close();
    document.addEventListener("visibilitychange", onHidden);
    return () => {
      document.removeEventListener("visibilitychange", onHidden);
      close();
    };
  }, []);

  const toggle = async () => {
    await camera.current?.torch(!lit.value);
    lit.value = !lit.value;
  };
  const isOff = state.value === "closed";
  return html`<section class="scan-camera" aria-label=${t("scan.camera")} data-state=${state.value}>
    <div class="scan-view" hidden=${isOff}>
      <video ref=${video} playsinline muted aria-label=${t("scan.picture")}></video>
      <div class="scan-reticle" key=${flash.value} data-hit=${flash.value > 0} aria-hidden="true"></div>
    </div>
    ${trouble.value && html`<${Told} trouble=${trouble.value} />`}
    <div class="actions">
      ${isOff && trouble.value !== "insecure" && html`<button type="button" class="button main" onClick=${open}><${Sign} name="camera" /><span>${t(trouble.value ? "scan.camera.again" : "scan.camera.open")}</span></button>`}
      ${!isOff && html`<${Button} icon="close" onClick=${close}>${t("scan.camera.close")}<//>`}
      ${!isOff && lamp.value && html`<button type="button" class="button plain" aria-pressed=${lit.value} onClick=${toggle}><${Sign} name="torch" /><span>${t("scan.torch")}</span></button>`}
    </div>
  </section>`;
}
