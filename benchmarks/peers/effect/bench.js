/** The programs with Effect: fibers in one thread, with queues for mailboxes. */
import { main } from "../measure.js";
import { CLASSICS } from "./classics.js";
import { MESSAGES } from "./messages.js";
import { PROCESSES } from "./processes.js";
import { SERVERS } from "./servers.js";

await main({ ...MESSAGES, ...PROCESSES, ...SERVERS, ...CLASSICS });
