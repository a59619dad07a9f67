/**
 * A compiler for tests of the code server: one statement a line, and what it makes has the form of the real one's output (two phases, link
 * records, sites) without suspension. `import`, `export … from`, `export const`, `export let`, `export function` are understood; every other
 * line is copied.
 */
import type { CompiledImport, CompiledReexport, CompileOutput } from "../image.ts";

export function compileLines(source: string): CompileOutput {
  const imports: (CompiledImport & { names: string[] })[] = [];
  const reexports: CompiledReexport[] = [];
  const exports: string[] = [];
  const functions: { index: number; name: string; line: number; column: number }[] = [];
  const sites: [number, number, number][] = [];
  const linked: string[] = [];
  const body: string[] = [];
  const bound = new Map<string, string>();
  const slotOf = (specifier: string, type: string | undefined, line: number): number => {
    const found = imports.findIndex((made) => made.specifier === specifier);
    if (found >= 0) return found;
    return imports.push({ specifier, names: [], line, column: 1, ...(type === undefined ? {} : { attributes: { type } }) }) - 1;
  };
  const bind = (name: string): string =>
    [...bound].reduce((text, [local, read]) => text.replace(new RegExp(`(?<![.\\w"])${local}\\b`, "g"), read), name);
  source.split("\n").forEach((text, i) => {
    const line = i + 1;
    const made = /^(import|export)\s*(.*?)\s*(?:from\s*)?"([^"]+)"(?:\s*with\s*\{\s*type:\s*"(\w+)"\s*\})?;?$/.exec(text);
    const declaration = /^export (const|let|function) (\w+)(.*)$/.exec(text);
    if (made !== null) {
      const [, keyword, clause, specifier, type] = made;
      const slot = slotOf(specifier!, type, line);
      const star = /^\*(?: as (\w+))?$/.exec(clause!);
      if (star !== null && keyword === "export") reexports.push({ slot, name: "*", as: star[1] ?? "*" });
      else if (star !== null) {
        bound.set(star[1]!, `$m.imports[${slot}].x`);
      } else if (clause !== "" && !clause!.startsWith("{")) {
        imports[slot]!.names.push("default");
        bound.set(clause!, `$m.imports[${slot}].x.default`);
      } else {
        for (const item of clause!
          .replace(/[{}]/g, "")
          .split(",")
          .map((s) => s.trim())
          .filter(Boolean)) {
          const [name, as] = item.split(" as ") as [string, string?];
          if (keyword === "export") {
            reexports.push({ slot, name, as: as ?? name });
            imports[slot]!.names.push(name);
          } else {
            imports[slot]!.names.push(name);
            bound.set(as ?? name, `$m.imports[${slot}].x.${name}`);
          }
        }
      }
      body.push("");
    } else if (declaration !== null) {
      const [, keyword, name, rest] = declaration;
      exports.push(name!);
      linked.push(`Object.defineProperty($m.exports, "${name}", { get: () => ${name}, enumerable: true });`);
      if (keyword === "function") {
        const index = functions.push({ index: functions.length, name: name!, line, column: 8 }) - 1;
        sites.push([index, line, 1]);
        linked.push(`$m.functions[${index}] = ${name};`);
        body.push(bind(`function ${name}${rest}`));
      } else body.push(bind(`${keyword} ${name}${rest}`));
    } else body.push(bind(text));
  });
  const topLevelAwait = /^\s*(?:const \w+ = )?await /m.test(source);
  return {
    code: `(${topLevelAwait ? "async " : ""}function* ($rt, $B, $m) { "use strict"; ${linked.join(" ")} yield;\n${body.join("\n").replaceAll("import.meta", "$m.meta").replaceAll("import(", "$m.import(")}\n})`,
    map: {
      version: 3,
      sources: ["source"],
      sourcesContent: [source],
      names: [],
      mappings: `;AAAA${";AACA".repeat(body.length - 1)}`,
    },
    imports,
    exports: [...exports, ...reexports.map(({ as }) => as).filter((as) => as !== "*")],
    reexports,
    functions,
    sites,
    siteCount: sites.length,
    diagnostics: source.includes("warn me")
      ? [{ code: "TEST", severity: "warning", message: "you asked for it", line: 1, column: 1 }]
      : [],
    topLevelAwait,
  };
}
