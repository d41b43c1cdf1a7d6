// What is done with tasks: finishing one with a tap, and taking that back.
import "../later_words.js";
import { wake } from "../data.js";
import { edit } from "../edits.js";
import { t } from "../i18n.js";
import { account, changed, here } from "../runtime.js";
import { fold } from "../search.js";
import { say } from "./controls.js";

/** Whoever is signed in, as lists know them. */
export const me = () => fold(account.value?.user.name ?? "").trim();

/** @param {string} id @param {"open" | "done"} status */
async function setStatus(id, status) {
  const { db, device } = here();
  const result = await edit(db, { kind: "task", record: id, patch: { status }, device, now: Date.now() });
  if (result === "saved") {
    await changed([{ kind: "task", id }]); // the pill counts it before anybody reads that it is done
    await wake("saved");
  }
  return result;
}

/** @param {string} id */
export async function reopen(id) {
  if ((await setStatus(id, "open")) !== "gone") say(t("tasks.reopened"));
}

/** On the disk when the words appear; for ten seconds one tap takes it back. @param {string} id @param {string} title */
export async function finish(id, title) {
  const result = await setStatus(id, "done");
  if (result === "gone") say(t("tasks.gone"));
  else say(t("tasks.done", { title }), { label: t("undo"), run: () => reopen(id) });
}
