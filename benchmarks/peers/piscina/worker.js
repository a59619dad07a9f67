/** The tasks of the pool. */
export { run } from "../computing.js";
export { total, weigh } from "../copies.js";
