/** An app of a user, with this workspace's packages installed. */
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { folder, type Folder } from "../../code/testing/folder.ts";

const VM = fileURLToPath(new URL("../../../", import.meta.url));

/** A project with `files` and `@agner/vm`. */
export function project(files: Readonly<Record<string, string>>): Folder {
  const dir = folder(files);
  mkdirSync(dirname(dir.path("node_modules/@agner/vm")), { recursive: true });
  symlinkSync(VM, dir.path("node_modules/@agner/vm"));
  return dir;
}

/** Modules whose processes need from a bundle what only its own modules know: definitions, classes with private members, functions, tables, stacks. */
export const SHOP: Readonly<Record<string, string>> = {
  "src/app.ts": `import { receive, schedulers, self, send, spawnOpt, dirty, wait, type Pid } from "@agner/vm";
import { Prices, priceOf } from "./prices.ts";
import { Basket, STEPS } from "./basket.ts";
import { fail } from "./fail.ts";

function elsewhere(to: Pid): void {
  const [definition, fn] = receive<[typeof Prices, typeof priceOf]>();
  const basket = new Basket();
  basket.add(fn(definition.article));
  send(to, [definition === Prices, fn === priceOf, basket.total(), basket instanceof Basket]);
}

function counts(to: Pid): void {
  const basket = new Basket();
  for (let i = 0; i < 2_000; i++) basket.add(i);
  send(to, [basket.total(), STEPS.end(basket)]);
}

export function main(): void {
  const other = spawnOpt({ scheduler: schedulers() - 1 }, elsewhere, self());
  send(other, [Prices, priceOf]);
  console.log(...receive<unknown[]>());
  spawnOpt({ scheduler: schedulers() - 1 }, counts, self());
  console.log(...receive<unknown[]>());
  console.log(dirty(priceOf, "tea"));
  console.log(wait(import("./late.ts")).late());
  try {
    fail();
  } catch (e) {
    console.log((e as Error).stack!.split("\\n").slice(0, 3).join("\\n"));
  }
}
`,
  "src/prices.ts": `import { definition } from "@agner/vm";

export const Prices = definition({ article: "milk" });

export const priceOf = (article: string): number => {
  let sum = 0;
  for (const letter of article) sum += letter.length;
  return sum;
};
`,
  "src/basket.ts": `export class Basket {
  #total = 0;
  add(price: number): void {
    this.#total += price;
  }
  total(): number {
    return this.#total;
  }
}

export const STEPS = { end: (basket: Basket): string => \`\${basket.total()}!\` };
`,
  "src/late.ts": `export function late(): string {
  return "late";
}
`,
  "src/fail.ts": `interface Reason {
  readonly text: string;
}

export function fail(): never {
  const reason: Reason = { text: "on purpose" };
  throw new RangeError(reason.text);
}
`,
};

/** What {@link SHOP} prints; the stack is that of the sources in `src`. */
export function outputOf(src: string): string {
  return [
    "true true 4 true",
    "1999000 1999000!",
    "3",
    "late",
    "RangeError: on purpose",
    `    at fail (${src}/fail.ts:7:9)`,
    `    at main (${src}/app.ts:28:5)`,
    "",
  ].join("\n");
}
