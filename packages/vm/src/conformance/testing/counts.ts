/** How many of something a test takes: fewer where every process moves at each of its slices (`npm run test:migration`), as a move takes as long as hundreds of steps. */
export function fewerIfMoving(count: number, moving: number): number {
  return process.env["AGNER_MOVE"] === "always" ? moving : count;
}
