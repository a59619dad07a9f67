/** Faults of the compiler: where the text stands that is replaced, which occurs once in its file, and what is put there. */
export type Fault = readonly [file: string, text: string, put: string];

export const FAULTS: Readonly<Record<string, Fault>> = {
  // Captured variables.
  "assigned captures are not boxed": ["captures.ts", `v.boxed = v.writes > 0 || early ||`, `v.boxed = early ||`],
  "captures before the initialisation are not boxed": [
    "captures.ts",
    `v.boxed = v.writes > 0 || early ||`,
    `v.boxed = v.writes > 0 ||`,
  ],
  "early boxes are not made": ["captures.ts", `v.early = early;`, `v.early = false;`],
  "use before initialisation is not seen": ["captures.ts", `r.node.tdz = true;`, ``],
  "turns of a loop share their variables": [
    "lower/loops.ts",
    `const update = sequence([...renew, ...`,
    `const update = sequence([...`,
  ],
  "turns of a suspending loop share their variables": ["lower/loops.ts", `for (const r of renew) l.code(r);\n      if`, `if`],
  // What frames carry.
  "handlers keep nothing alive at calls": ["liveness.ts", `const here = union(live, exceptional);`, `const here = live;`],
  "try blocks do not know their handlers": ["liveness.ts", `exceptional = union(saved, handler);`, `exceptional = saved;`],
  "what closures capture is not alive": ["liveness.ts", `for (const v of (node.fn as Fn).free) out.add(v);`, ``],
  "what a loop reads in its next turn is not alive": [
    "liveness.ts",
    `if (grown.size === head.size) return grown;`,
    `return grown;`,
  ],
  "what a loop's update reads is not alive": [
    "liveness.ts",
    `x.update === null ? new Set<Variable>() : uses(x.update)`,
    `new Set<Variable>()`,
  ],
  "cases that fall through keep nothing alive": ["liveness.ts", `next = walk(c.body, next);`, `next = walk(c.body, after);`],
  "an assignment kills what it reads": [
    "liveness.ts",
    `return union(union(live, uses(x.e)), exceptional);`,
    `const read = union(uses(x.e), exceptional); for (const v of kills(x.e)) read.delete(v); return union(live, read);`,
  ],
  "the last slot of a frame is lost": ["emit/frames.ts", `layout.slice(0, end).map`, `layout.slice(0, end - 1).map`],
  "everything is restored as a number": ["emit/function.ts", `if (!numeric.has(v)) continue;`, ``],
  "a generator's variables are saved before they are there": ["emit/generator.ts", `live.delete(v);`, `void v;`],
  // The order of evaluation.
  "variables are not kept as operands": [
    "lower/lowering.ts",
    `if (isStable(e)) return e;`,
    `if (isStable(e) || e.type === "Identifier") return e;`,
  ],
  "expressions are not kept as operands": [
    "lower/lowering.ts",
    `if (isStable(e)) return e;`,
    `if (isStable(e) || e.type !== "Identifier") return e;`,
  ],
  "operands of lists are not kept": ["lower/expressions.ts", `return i < last ? l.snapshot(value) : value;`, `return value;`],
  "values of properties are not kept": ["lower/expressions.ts", `value: i < last ? l.snapshot(value) : value,`, `value,`],
  "parts of templates are not kept": ["lower/expressions.ts", `if (i >= last || isText(value)) return value;`, `return value;`],
  "temporaries are given out twice": ["lower/lowering.ts", `this.tempsUsed++;`, ``],
  "the old value of an assignment is read late": [
    "lower/assignments.ts",
    `l.set(before, left, left);\n    const value = lower(l, node.right);`,
    `const value = lower(l, node.right);\n    l.set(before, left, left);`,
  ],
  "?? takes every false value for none": [
    "lower/expressions.ts",
    `return binary(value, "==", literal(null));`,
    `return { type: "UnaryExpression", operator: "!", prefix: true, argument: value, start: -1, end: -1 };`,
  ],
  // try and finally.
  "finally forgets the error": ["lower/try.ts", `a: [{ k: "throw", e: id(value) }]`, `a: []`],
  "the completion record is kept from turn to turn": ["lower/try.ts", `l.set(state, literal(0));`, ``],
  "a handler's flag is kept from turn to turn": ["lower/try.ts", `l.set(caught, literal(false));`, ``],
  "all jumps out of finally are the first": ["lower/try.ts", `c: is(i + 2), a,`, `c: is(2), a,`],
  "jumps of one kind are one jump": ["lower/jumps.ts", `(k) => k.kind === j.kind && (`, `(k) => k.kind === j.kind || (`],
  "finally forgets the value of a return": ["lower/jumps.ts", `if (result !== null) l.set(e.value, result);\n      else `, ``],
  "returns pass finally by": [
    "lower/statements.ts",
    `const direct = l.exits.every((e) => e.kind === "target");`,
    `const direct = true;`,
  ],
  // Iterators.
  "a return does not close iterators": [
    "lower/jumps.ts",
    `result = id(kept);\n      }\n      within(l, i, () => close(l, e));`,
    `result = id(kept);\n      }`,
  ],
  "a break does not close iterators": ["lower/jumps.ts", `continue;\n      within(l, i, () => close(l, e));`, `continue;`],
  "a continue closes its own loop's iterator": [
    "lower/jumps.ts",
    `if (kind === "continue" && i === depth + 1 && target.continueLabel === label) continue;`,
    ``,
  ],
  "a throw in a loop is swallowed": ["lower/for-of.ts", `rethrow(l, node.right, array, error);`, ``],
  "patterns do not close iterators": [
    "lower/patterns.ts",
    `l.statement(() => l.call(l.temp(), walking("$shut", pattern, id(cursor))));`,
    ``,
  ],
  "patterns fetch before they assign": [
    "lower/patterns.ts",
    `return (pattern.elements as (Node | null)[]).every((e) => {`,
    `return [].every((e: Node | null) => {`,
  ],
  // Going on.
  "what comes before a site is done again": ["emit/resume.ts", `q.w.write("if (!$pc) ");`, `q.w.write("if ($pc >= 0) ");`],
  "a site that was reached is looked for again": ["emit/resume.ts", `if (p.position!.later) w.write("$pc = 0;");`, ``],
  "what a site gives is taken before its handler is there": ["emit/function.ts", `keeps: !hasSiteInTry(o.body)`, `keeps: true`],
  "the wrong branch is gone on with": [
    "emit/resume.ts",
    "const isInside = `$pc <= ${local(p, x.mid!)}`;",
    "const isInside = `$pc < ${local(p, x.mid!)}`;",
  ],
  "the wrong case is gone on with": ["emit/resume.ts", "$pc <= ${local(p, c.hi!)} ?", "$pc < ${local(p, c.hi!)} ?"],
  "the stopped turn of a split loop is not updated": [
    "emit/resume.ts",
    `if (x.update !== null) {`,
    `if (x.update === undefined) {`,
  ],
  "the first turn is updated": ["lower/loops.ts", `l.set(first, literal(true));`, `l.set(first, literal(false));`],
  "a switch without a match passes default by": [
    "lower/switch.ts",
    `l.set(found, literal(otherwise));`,
    `l.set(found, literal(-1));`,
  ],
  // Generators and classes.
  "a generator that is left does not return": [
    "runtime/generators.ts",
    `if (activation.mode !== RETURN) return false;`,
    `return false;`,
  ],
  "what is thrown into a generator is its value": [
    "runtime/generators.ts",
    `if (activation.mode === THROW) {`,
    `if (activation.mode === 9) {`,
  ],
  "a generator that threw goes on": ["runtime/generators.ts", `if (activation !== undefined) activation.status = DONE;`, ``],
  "private fields are made where their names are not known": [
    "scope.ts",
    `if (m.value == null && m.key.type === "PrivateIdentifier") usePrivate(cls.constructorFn, m.key);`,
    `void m;`,
  ],
  "fields read the box of this": [
    "construction.ts",
    `hasSuspension(f.value) || readsBoxedThis(cls, f)`,
    `hasSuspension(f.value)`,
  ],
};
