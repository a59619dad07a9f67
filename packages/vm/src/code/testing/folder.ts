/** A folder of files that lives as long as one test. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";

export interface Folder {
  readonly path: (name: string) => string;
  readonly url: (name: string) => string;
  readonly write: (name: string, text: string) => void;
}

/** Writes `files` (path → text) into a new folder; `package.json` says `"type": "module"` unless given. */
export function folder(files: Readonly<Record<string, string>>): Folder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "agner-test-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = (name: string): string => join(root, name);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  for (const [name, text] of Object.entries({ "package.json": '{ "type": "module" }', ...files })) write(name, text);
  return { path, url: (name) => pathToFileURL(path(name)).href, write };
}
