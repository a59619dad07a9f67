/** Random programs for the differential harness. They end, and always do the same; a seed gives one program, on every machine. */
import { definition } from "./definitions.ts";
import { PRELUDE } from "./prelude.ts";
import { FUNCTION, Source, type Names } from "./source.ts";
import { statements } from "./statements.ts";

function names(...vars: string[]): Names {
  return { vars, muts: [...vars], fns: [], gens: [], yields: false, self: "none", args: true };
}

export function generate(seed: number): string {
  const g = new Source(seed);
  let text = "";
  for (let i = 0; i < 2; i++) {
    text += `function fn${i}(a, b) { ${statements(g, names("a", "b"), 1, 3, FUNCTION)} return a + b; }\n`;
    g.functions.push(`fn${i}`);
  }
  const own = names();
  const first = g.chance(0.5) ? definition(g, own, 1) : "";
  text += `function main() { ${first}\n${statements(g, own, 3, 5, FUNCTION)} return "end"; }`;
  return needed(text) + text;
}

/** The lines of the prelude that `text` needs. */
function needed(text: string): string {
  const lines = PRELUDE.map((line) => ({
    line,
    name: new RegExp(`\\b${/(?:class|function\*?|const) (\w+)/.exec(line)![1]!}\\b`),
    used: false,
  }));
  for (let found = [text]; found.length > 0;) {
    const more = lines.filter((l) => !l.used && found.some((t) => l.name.test(t)));
    for (const l of more) l.used = true;
    found = more.map((l) => l.line);
  }
  return lines
    .filter((l) => l.used)
    .map((l) => `${l.line}\n`)
    .join("");
}
