// Whoever imports this has the words of what is read later.
import { learnMore } from "./session.js";

await learnMore();
