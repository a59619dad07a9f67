/** The test kit: what tests of process code are made of. See docs/testing.md. */
export { settle, type Limit } from "./settle.ts";
