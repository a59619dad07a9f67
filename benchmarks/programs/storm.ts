import { dynamicSupervisor, genServer, logger, reply } from "@agner/otp";
import { exit, receive, schedulers, self, send, type Pid } from "@agner/vm";

/** A server that tells its observer of every start, and adds to what it was started with. */
export const Cell = genServer({
  init: ({ observer, id }: { readonly observer: Pid; readonly id: number }) => {
    send(observer, ["started", id]);
    return id;
  },
  calls: { add: (id, n: number) => reply(id + n, id) },
});

/** Bears any number of restarts. */
export const Cells = dynamicSupervisor({ intensity: 1_000_000_000 });

/** The registered name of a cell. */
export function nameOf(id: number): string {
  return `cell ${id}`;
}

/** Starts that many cells, in turn on each core, under one supervisor; returns when all have started. Nothing is logged from now on. */
export function startCells(count: number): { readonly pids: readonly Pid[]; readonly stop: () => void } {
  logger.setLevel("none");
  const observer = self();
  const cells = Cells.startLink()!;
  const pids: Pid[] = [];
  for (let id = 1; id <= count; id++) {
    const options = { name: nameOf(id), scheduler: id % schedulers() };
    pids.push(cells.startChild(Cell.child({ observer, id }, options))!);
  }
  sumOfStarts(count);
  return { pids, stop: () => cells.stop() };
}

/** Kills them all. */
export function killAll(pids: readonly Pid[]): void {
  for (const pid of pids) exit(pid, "kill");
}

/** Waits for that many starts and returns the sum of their ids. */
export function sumOfStarts(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += receive<["started", number]>((message) => message?.[0] === "started")[1];
  return sum;
}
