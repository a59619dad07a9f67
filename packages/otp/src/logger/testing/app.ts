/** An app that logs in the way its argument says, and ends. */
import { exit, schedulerId, schedulers, sleep, spawnMonitor, spawnOpt } from "@agner/vm";
import { pino } from "pino";
import { downOf } from "../../conformance/testing/watch.ts";
import { logger, pinoHandler } from "../index.ts";

/** Configured where every core passes by. */
if (process.argv.includes("pino")) {
  logger.removeHandler("default");
  logger.addHandler("pino", pinoHandler(pino({ base: null, timestamp: false })));
}

function fail(): never {
  throw new TypeError("spilled");
}

function storm(): void {
  for (let i = 0; i < 10; i++) logger.notice("storm");
}

const WAYS: Readonly<Record<string, () => void>> = {
  levels() {
    logger.error("an error", { code: 7 });
    logger.info("an info");
    logger.debug("a debug");
  },
  crash() {
    downOf(spawnMonitor(fail)[1]);
    downOf(spawnMonitor(() => exit("quietly"))[1]);
  },
  storm() {
    logger.configureDefaultHandler({ burst: 3, windowMs: 1_000 });
    downOf(spawnOpt({ scheduler: schedulerId(), monitor: true }, storm)[1]); // events are counted by core
    sleep(1_500); // until the window has ended
  },
  pino() {
    for (let scheduler = 0; scheduler < schedulers(); scheduler++)
      downOf(spawnOpt({ scheduler, monitor: true }, () => logger.warning("careful", { core: schedulerId() }))[1]);
  },
  main: fail,
};

export function main(way: string): void {
  WAYS[way]!();
}
