/** The test kit: what tests of process code are made of. See docs/testing.md. */
export { harness, superviseForTest, type Harness } from "./harness.ts";
export { captureLogs, type CapturedLogs, type CaptureOptions } from "./logs.ts";
export { expectDown, expectExit, expectMessage, expectNoMessage, type ReasonLimit } from "./mailbox.ts";
export type { Settled } from "./patience.ts";
export { probe, type Probe, type ProbeOptions } from "./probe.ts";
export { settle, type Limit } from "./settle.ts";
export type { TreeDifference, TreeNode } from "./tree.ts";
export { virtualClock, type VirtualClock } from "./virtual-clock.ts";
