/** Short runs of `npm run chaos`. */
import { expect, test } from "vitest";
import { chaos, TINY } from "./run.js";

/** What the processes decide; environment variable `AGNER_SEED`. */
const SEED = Number(process.env["AGNER_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

const RUNS = [
  { name: "tiny rings", options: { ms: 2_000, warmUpMs: 500 } },
  {
    name: "slices of 7 reductions, rings smaller than most messages",
    options: { ms: 1_500, warmUpMs: 500, quota: 7, memory: { ...TINY, ringBytes: 128 } },
  },
  { name: "all move all the time", options: { ms: 1_500, warmUpMs: 300, move: "always" as const } },
  { name: "cores are lost", options: { ms: 2_000, warmUpMs: 300, cores: 3, loseEveryMs: 200 } },
];

test.each(RUNS)(
  `all signals are accounted for: $name (seed ${SEED})`,
  async ({ options }) => {
    const { counts, lost, failures } = await chaos({ seed: SEED, cores: 2, ...options });
    expect(failures).toEqual([]);
    expect(lost > 0).toBe("loseEveryMs" in options);
    const { messages, messagesByName, messagesByAlias, received, downs, kills, exitsThroughLinks, ticks, namesWon } = counts;
    const seen = { messages, messagesByName, messagesByAlias, received, downs, kills, exitsThroughLinks, ticks, namesWon };
    for (const [what, count] of Object.entries(seen)) expect([what, count > 0]).toEqual([what, true]);
  },
  120_000,
);
