// What a role is offered on screen. The gateway's policy decides; this table only spares people a refusal, and a test
// holds it against that policy.
import { session } from "./session.js";

/** @type {Record<string, string>} resource and action -> roles */
const MAY = {
  "live list": "clerk manager admin auditor",
  "device list": "manager admin auditor",
  "device run": "manager admin",
  "device update": "admin",
  "print list": "clerk manager admin auditor",
  "print create": "clerk manager admin",
  "print update": "clerk manager admin",
  "phone retire": "manager admin",
  "sync list": "manager admin auditor",
  "sync run": "manager admin",
  "certificate read": "admin",
  "backup list": "admin",
  "backup run": "admin",
  "backup update": "admin",
  "schedule list": "manager admin auditor",
  "schedule run": "manager admin",
  "schedule update": "admin",
  "quarantine list": "manager admin auditor",
  "quarantine resend": "manager admin",
  "approval list": "rep clerk manager finance auditor",
  "approval update": "manager finance",
  "conflict list": "rep clerk manager finance auditor",
  "conflict update": "rep clerk manager finance",
  "product list": "rep clerk manager finance admin auditor",
  "product create": "manager admin",
  "product update": "manager admin",
  "product export": "manager finance admin",
  "customer list": "rep clerk manager finance admin auditor",
  "customer create": "rep clerk manager",
  "customer update": "rep clerk manager finance",
  "customer export": "manager finance",
  "customer merge": "manager",
  "customer unmerge": "manager",
  "customer erase": "manager",
  "duplicate list": "clerk manager finance auditor",
  "duplicate update": "clerk manager",
  "stock list": "rep clerk manager finance admin auditor",
  "delivery list": "clerk manager finance admin auditor",
  "shift list": "clerk manager finance auditor",
  "record export": "manager finance admin",
  "import list": "clerk manager",
  "import create": "clerk manager",
  "import speak": "manager",
  "user list": "admin auditor",
  "user create": "admin",
  "user update": "admin",
  "token list": "admin auditor",
  "token create": "admin",
  "token update": "admin",
  "audit list": "admin auditor",
  "checkpoint read": "admin auditor",
  "settings list": "admin",
};

/** Whether the person who is signed in is offered this. @param {string} what  for example "device update" */
export function may(what) {
  return (MAY[what] ?? "").split(" ").includes(session.value?.user.role ?? "");
}
