/** switch. With tests that suspend, the case is found first, by an if-chain in the order of the tests. */
import { binary, id, literal, type Node } from "../ast.ts";
import { hasSuspension } from "../suspends.ts";
import { lower } from "./expressions.ts";
import type { Lowering } from "./lowering.ts";
import { openLoop } from "./loops.ts";
import { enterScope, lowerStatement } from "./statements.ts";
import type { Variable } from "../variables.ts";

export function lowerSwitch(l: Lowering, node: Node): void {
  const { label, names } = openLoop(l);
  const cases = node.cases as Node[];
  const subject = l.hold("d");
  l.statement(() => l.set(subject, lower(l, node.discriminant), node.discriminant));
  enterScope(l, node.scope);
  for (const c of cases)
    for (const s of c.consequent as Node[]) if (s.type === "FunctionDeclaration" && s.place !== undefined) declare(l, s);
  let tests: (Node | null)[] = cases.map((c) => c.test);
  let discriminant: Node = id(subject);
  if (tests.some((t) => t !== null && hasSuspension(t))) {
    const found = l.hold("case");
    const otherwise = tests.indexOf(null);
    l.set(found, literal(otherwise));
    const from = (i: number): void => {
      while (i < tests.length && tests[i] === null) i++;
      if (i >= tests.length) return;
      const test = lower(l, tests[i]!);
      const b = l.collect(() => l.statement(() => from(i + 1)));
      l.emit({ k: "if", c: binary(id(subject), "===", test), a: l.collect(() => l.set(found, literal(i))), b });
    };
    l.statement(() => from(0));
    discriminant = id(found);
    tests = cases.map((_, i) => literal(i));
  }
  l.exits.push({ kind: "target", names, breakLabel: label, continueLabel: null, plain: true });
  const done = cases.map((c, i) => ({
    test: tests[i]!,
    body: l.collect(() => {
      for (const s of c.consequent as Node[]) lowerStatement(l, s);
    }),
  }));
  l.exits.pop();
  l.emit({ k: "switch", label, d: discriminant, cases: done });
}

function declare(l: Lowering, d: Node): void {
  l.set(d.id.v as Variable, { type: "FunctionExpression", fn: d.fn, start: d.start, end: d.end }, d);
}
