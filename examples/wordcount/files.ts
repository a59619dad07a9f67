/**
 * Which files are counted.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Files of text found below `paths`, and paths that could not be read. Symbolic links below a folder are not followed. */
export function findFiles(
  paths: readonly string[],
  wanted: (name: string) => boolean,
): { files: string[]; unreadable: { path: string; why: string }[] } {
  const files: string[] = [];
  const unreadable: { path: string; why: string }[] = [];
  const visit = (path: string): void => {
    try {
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        const below = join(path, entry.name);
        if (entry.isDirectory()) visit(below);
        else if (entry.isFile() && wanted(entry.name)) files.push(below);
      }
    } catch (e) {
      unreadable.push({ path, why: (e as Error).message });
    }
  };
  for (const path of paths) {
    try {
      if (statSync(path).isDirectory()) visit(path);
      else files.push(path); // a file that was asked for by name is counted whatever it is called
    } catch (e) {
      unreadable.push({ path, why: (e as Error).message });
    }
  }
  return { files, unreadable };
}
