// A form on the screen: opened when somebody comes to it, and let go of when they leave.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { revision } from "../runtime.js";

/**
 * @template {{close: () => Promise<unknown>}} Form
 * @template {string} Why
 * @param {string} id  what it is opened for @param {(id: string) => Promise<Form | Why>} open
 * @returns {Form | Why | "opening"} the form, or why there is none
 */
export function useOpened(id, open) {
  const state = useSignal(/** @type {Form | Why | "opening"} */ ("opening"));
  useEffect(() => {
    let left = false;
    /** @type {Form | null} */
    let form = null;
    open(id).then((result) => {
      form = typeof result === "string" ? null : result;
      if (left) void form?.close();
      else state.value = result;
    });
    return () => {
      left = true;
      // The list shows what was left unfinished, so it looks again once the form has let go of it.
      form?.close().finally(() => {
        revision.value += 1;
      });
    };
  }, [id]);
  return state.value;
}
