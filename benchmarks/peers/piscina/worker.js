/** The tasks of the pool. */
export { fib } from "../computing.js";
