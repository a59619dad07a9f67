/** `break`, `continue` and `return` through loops over iterators (which are closed) and finally blocks (which run). */
import { helper, id, literal, binary, UNDEFINED, type Node } from "../ast.ts";
import { isDerived } from "../construction.ts";
import type { Label } from "../ir.ts";
import type { Exit, Lowering } from "./lowering.ts";

export function jump(l: Lowering, kind: "break" | "continue", name: string | null): void {
  const depth = l.exits.findLastIndex((e) => e.kind === "target" && matches(e, kind, name));
  const target = l.exits[depth] as Extract<Exit, { kind: "target" }>;
  leave(l, kind, kind === "break" ? target.breakLabel : target.continueLabel!, depth);
}

function matches(e: Extract<Exit, { kind: "target" }>, kind: "break" | "continue", name: string | null): boolean {
  if (kind === "continue" && e.continueLabel === null) return false;
  return name === null ? e.plain : e.names.includes(name);
}

/** Out of everything above `depth` on the stack of exits. */
export function leave(l: Lowering, kind: "break" | "continue", label: Label, depth: number): void {
  for (let i = l.exits.length - 1; i > depth; i--) {
    const e = l.exits[i]!;
    if (e.kind === "close") {
      const target = l.exits[depth] as Extract<Exit, { kind: "target" }>;
      if (kind === "continue" && i === depth + 1 && target.continueLabel === label) continue;
      within(l, i, () => close(l, e));
    } else if (e.kind === "finally") {
      defer(l, e, { kind, label, depth });
      return;
    }
  }
  l.jumpTo(kind, label);
}

export function jumpReturn(l: Lowering, value: Node | null): void {
  let result = value;
  for (let i = l.exits.length - 1; i >= 0; i--) {
    const e = l.exits[i]!;
    if (e.kind === "close") {
      if (result !== null) {
        const kept = l.hold("v");
        l.set(kept, result);
        result = id(kept);
      }
      within(l, i, () => close(l, e));
    } else if (e.kind === "finally") {
      if (result !== null) l.set(e.value, result);
      else l.set(e.value, { type: "Raw", code: "undefined", start: -1, end: -1 });
      defer(l, e, { kind: "return" });
      return;
    }
  }
  if (isDerived(l.fn) && l.exits.some((e) => e.kind === "try")) {
    l.leaving ??= { label: l.label("$R"), value: l.hold("v") };
    l.set(l.leaving.value, result ?? UNDEFINED);
    l.jumpTo("break", l.leaving.label);
  } else l.emit({ k: "return", e: result, tail: false });
}

/** What is emitted while leaving exit `i` stands outside of it. */
function within(l: Lowering, i: number, body: () => void): void {
  const saved = l.exits;
  l.exits = saved.slice(0, i);
  body();
  l.exits = saved;
}

function defer(l: Lowering, e: Extract<Exit, { kind: "finally" }>, j: Extract<Exit, { kind: "finally" }>["jumps"][number]): void {
  let index = e.jumps.findIndex(
    (k) => k.kind === j.kind && (k.kind === "return" || (j.kind !== "return" && k.label === j.label)),
  );
  if (index < 0) index = e.jumps.push(j) - 1;
  // 0: fell through, 1: threw, from 2 on: jumps.
  l.set(e.state, literal(index + 2));
  l.jumpTo("break", e.label);
}

/** Leaving a loop over an iterator: `return()` is called, and may suspend. */
export function close(l: Lowering, e: Extract<Exit, { kind: "close" }>): void {
  const body = l.collect(() =>
    l.statement(() => {
      const t = l.temp();
      l.call(t, { ...helper("$cl", id(e.iterator)), call: { kind: "known", suspends: true } });
      l.code(helper("$clr", id(e.iterator), id(t)));
    }),
  );
  if (e.index === null) for (const ir of body) l.emit(ir);
  else l.emit({ k: "if", c: binary(id(e.index), "<", literal(0)), a: body, b: [] });
}
