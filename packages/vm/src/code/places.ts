/**
 * Sites and functions of all modules of the VM, for people, on the thread that runs none of them.
 */
import type { ModuleImage } from "./image.ts";
import { SourcePositions } from "./positions.ts";

/** Names places as the scheduler threads do, from what they were given to load. */
export class Places {
  readonly #images: () => readonly ModuleImage[];
  readonly #positions = new SourcePositions();
  readonly #known = new Set<ModuleImage>();

  constructor(images: () => readonly ModuleImage[]) {
    this.#images = images;
  }

  /** The function and place of a site; undefined for one of the runtime's own. */
  site(site: number): string | undefined {
    const image = this.#images().find(({ siteBase, siteCount }) => site >= siteBase && site < siteBase + siteCount);
    const found = image?.sites[site - image.siteBase];
    if (image === undefined || found === undefined) return undefined;
    const [fn, line, column] = found;
    return this.#name(image, image.functions[fn]?.name, line, column);
  }

  /** A function of a module version. */
  function(module: number, index: number): string | undefined {
    const image = this.#images()[module];
    const fn = image?.functions[index];
    return image === undefined || fn === undefined ? undefined : this.#name(image, fn.name, fn.line, fn.column);
  }

  #name(image: ModuleImage, name: string | undefined, line: number, column: number): string {
    if (!this.#known.has(image)) {
      this.#known.add(image);
      this.#positions.add(image);
    }
    const at = this.#positions.written(image.script, line, column);
    return `${name || "an anonymous function"} (${at.url}:${at.line}:${at.column})`;
  }
}
