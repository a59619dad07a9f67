/** The programs with Nact: actors in one thread, which handle one message in each turn of the event loop. */
import { stop } from "nact";
import { main } from "../measure.js";
import { MESSAGES } from "./messages.js";
import { PROCESSES } from "./processes.js";
import { SERVERS } from "./servers.js";
import { system } from "./system.js";

await main({ ...MESSAGES, ...PROCESSES, ...SERVERS });
stop(system);
