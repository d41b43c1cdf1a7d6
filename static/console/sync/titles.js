// What people call an entry of the journal that an ERP was offered, and what became of it in a word.
import { t } from "../../app/i18n.js";
import { money } from "../format.js";
import { wordFor } from "../words.js";

/**
 * @typedef {{seq: number, type: string, kind: string, subject: string, record: {number: string, name: string} | null,
 *   sale: {register: string, receipt: string, total: number, currency: string} | null}} Offered
 */

/** A record by number and name, a sale by receipt, register and total: title and what stands under it. @param {Offered} entry */
export function titleOf({ type, kind, subject, seq, record, sale }) {
  const place = t("outstanding.entry", { seq: String(seq) });
  if (sale) {
    const total = money(sale.total, sale.currency);
    return [
      t("outstanding.receipt", { receipt: sale.receipt }),
      t("outstanding.sold", { register: sale.register, total }),
    ];
  }
  // A record whose number is on the way, or not for this role's eyes, has its short id.
  if (kind) return [`${wordFor("kind", kind)} ${record?.number || subject.slice(-8)}`, record?.name || place];
  return [type ? wordFor("type", type) : t("batch.archived"), place];
}

export const STATUSES = ["accepted", "duplicate", "rejected", "deferred", "unanswered"];

/** @type {Record<string, "good" | "warn" | "bad" | "calm">} */
export const TONES = { accepted: "good", duplicate: "good", rejected: "bad", deferred: "warn", unanswered: "calm" };
