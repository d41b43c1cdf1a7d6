// What an entry is called in the sync centre, and what was done with it.
import "../later_words.js";
import { t } from "../i18n.js";
import { deed } from "./deeds.js";

/** @typedef {import("../types.js").Operation} Operation */

/** @param {Operation} op */
export const titleOf = (op) => op.title || t("customer.unnamed");

/** @param {Operation} op */
export const numberOf = (op) => op.number ?? op.reference;

/** "New task". @param {Operation} op */
export const deedOf = (op) => t(`operation.${deed(op)}`);
