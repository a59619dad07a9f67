/** The recovery from lost cores, and moves, in random orders that a seed repeats: `AGNER_SEED` and `AGNER_ROUNDS`. */
import { expect, test } from "vitest";
import { Cores } from "./cores.ts";

const SEED = Number(process.env["AGNER_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const ROUNDS = Number(process.env["AGNER_ROUNDS"] ?? 1);

const PLANS = [
  { name: "two cores, of which one or the other is lost", cores: 2, losses: 30, forceMoves: false, ringBytes: 4_096 },
  { name: "four cores, rings smaller than a message", cores: 4, losses: 30, forceMoves: false, ringBytes: 64 },
  { name: "three cores, and all move all the time", cores: 3, losses: 50, forceMoves: true, ringBytes: 256 },
  { name: "four cores that are not lost, and all move all the time", cores: 4, losses: 0, forceMoves: true, ringBytes: 64 },
];

test.each(PLANS)(
  `every signal is accounted for: $name (seed ${SEED})`,
  async ({ cores, losses, forceMoves, ringBytes }) => {
    const memory = { ringBytes, quarantine: 8, segment: 4, boardEntries: 8, boardBytes: 16_384 };
    for (let seed = SEED; seed < SEED + ROUNDS; seed++) {
      const vm = new Cores({ cores, seed, steps: 400, losses, forceMoves, memory });
      const { failures, counts, lost } = await vm.run();
      expect([seed, failures]).toEqual([seed, []]);
      expect(counts.received).toBeGreaterThan(0);
      if (losses === 0) expect(lost).toBe(0);
    }
  },
  30_000 + ROUNDS * 60_000,
);

test("in such a run processes end, watchers hear of it, cores are lost and processes move", async () => {
  const memory = { ringBytes: 256, quarantine: 8, segment: 4, boardEntries: 8, boardBytes: 16_384 };
  const vm = new Cores({ cores: 3, seed: 1, steps: 400, losses: 50, forceMoves: true, memory });
  const { counts, lost, migrations } = await vm.run();
  for (const count of [...Object.values(counts), lost, migrations]) expect(count).toBeGreaterThan(0);
});
