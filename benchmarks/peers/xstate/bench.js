/** The programs with XState: actors in one thread. An event is handled before `send` returns, unless its receiver is at work already. */
import { main } from "../measure.js";
import { MESSAGES } from "./messages.js";
import { PROCESSES } from "./processes.js";
import { SERVERS } from "./servers.js";

await main({ ...MESSAGES, ...PROCESSES, ...SERVERS });
