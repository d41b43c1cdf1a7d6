// Shifts and the numbers of their registers: all of them ("shifts"), one shift ("shifts/REGISTER/SHIFT").
import { html } from "../../app/html.js";
import { route } from "../router.js";
import { ShiftList } from "../tills/list.js";
import { ShiftPage } from "../tills/shift.js";

export function Shifts() {
  const [, register = "", shift = ""] = route.value.split("/").map(decodeURIComponent);
  if (shift) return html`<${ShiftPage} key=${route.value} register=${register} shift=${shift} />`;
  return html`<${ShiftList} />`;
}
