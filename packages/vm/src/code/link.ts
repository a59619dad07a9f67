/** The check that every imported name exists, and its messages. */
import { fileURLToPath } from "node:url";
import { AgnerError } from "@agner/scheduler/errors";
import { codeFrame } from "./code-frame.ts";
import type { ImageImport, ModuleImage } from "./image.ts";
import { exportedNames, resolveExport, type ExportTable } from "./namespace.ts";
import { nearest } from "./nearest.ts";

/**
 * Every imported and re-exported name must exist, as in Node; only then does anything run.
 *
 * @throws AgnerError `AGNER_NO_EXPORT` with the place of the import and what the module exports instead
 */
export function checkImports(image: ModuleImage, table: ExportTable): void {
  image.imports.forEach((made, slot) => {
    const source = table.sources[slot]!;
    for (const name of made.names) {
      const found = source.table === undefined ? name in source.record.x : resolveExport(source.table, name);
      if (found === "ambiguous")
        throw linkError(
          image,
          made,
          `the export ${JSON.stringify(name)} of ${JSON.stringify(made.specifier)} is ambiguous: two of its \`export *\` provide it; import it from where it is declared`,
        );
      if (found !== undefined && found !== false) continue;
      const names = source.table === undefined ? Object.keys(source.record.x).sort() : exportedNames(source.table);
      throw linkError(
        image,
        made,
        `${JSON.stringify(made.specifier)} has no export ${JSON.stringify(name)}${didYouMean(name, names)}; it exports ${listed(names)}`,
      );
    }
  });
}

const LISTED = 12;

function didYouMean(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === undefined ? "" : ` (did you mean ${JSON.stringify(near)}?)`;
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "nothing";
  const rest = names.length - LISTED;
  return rest > 0 ? `${names.slice(0, LISTED).join(", ")} and ${rest} more` : names.join(", ");
}

function linkError(image: ModuleImage, made: ImageImport, message: string): AgnerError {
  const file = fileURLToPath(image.url);
  const source = (JSON.parse(image.map) as { sourcesContent?: (string | null)[] }).sourcesContent?.[0];
  const frame = typeof source === "string" ? `\n${codeFrame(source, made.line, made.column)}` : "";
  return new AgnerError("AGNER_NO_EXPORT", `${file}:${made.line}:${made.column}: ${message}${frame}`, {
    details: { file, line: made.line, column: made.column },
  });
}
