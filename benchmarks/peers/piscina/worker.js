/** The tasks of the pool. */
export { run } from "../computing.js";
export { weigh } from "../copies.js";
