import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { FAULTS } from "./list.ts";
import { look } from "./run.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, count: { type: "string" }, only: { type: "string" } },
});
const seed = Number(values.seed ?? Date.now() % 1e9);
const count = Number(values.count ?? 200);
const sources = fileURLToPath(new URL("../..", import.meta.url));

console.log(`seeds ${seed} to ${seed + count - 1}`);
const before = await look(sources, null, seed, count);
if (before !== null) {
  console.log(`without any fault there is a difference: ${before.by}`);
  process.exitCode = 1;
} else {
  const wanted = Object.entries(FAULTS).filter(([name]) => name.startsWith(values.only ?? ""));
  let survivors = 0;
  for (const [name, fault] of wanted) {
    const kill = await look(sources, fault, seed, count);
    if (kill === null) survivors++;
    const programs = kill === null ? "" : `${kill.after} program${kill.after === 1 ? "" : "s"}`;
    console.log(`${name.padEnd(56)} ${(kill === null ? "SURVIVES" : programs).padStart(13)}  ${kill?.by ?? ""}`);
  }
  console.log(`${wanted.length - survivors} of ${wanted.length} found`);
  if (survivors > 0) process.exitCode = 1;
}
