/** Which place of an app's source a site is, and what the frames there hold, for people. */
import type { FunctionDescription, ModuleImage } from "./image.ts";
import type { SourcePositions } from "./positions.ts";

/** A place in an app's source, for people. */
export interface SiteDescription {
  readonly url: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string;
}

/** The sites of all module versions of one thread. */
export class Sites {
  readonly #positions: SourcePositions;
  /** Sorted by site base. */
  readonly #images: ModuleImage[] = [];

  constructor(positions: SourcePositions) {
    this.#positions = positions;
  }

  add(image: ModuleImage): void {
    let place = this.#images.length;
    while (place > 0 && this.#images[place - 1]!.siteBase > image.siteBase) place--;
    this.#images.splice(place, 0, image);
  }

  /** Where in an app's source a site is. */
  describe(site: number): SiteDescription | undefined {
    const image = this.#imageAt(site);
    const place = image?.sites[site - image.siteBase];
    if (image === undefined || place === undefined) return undefined;
    const [fn, line, column] = place;
    return { ...this.#positions.written(image.script, line, column), functionName: image.functions[fn]?.name ?? "" };
  }

  /** The name of the variable in slot `slot` of a frame of that site; undefined for what the compiler keeps there. */
  variableAt(site: number, slot: number): string | undefined {
    const fn = this.#functionAt(site);
    if (fn === undefined) return undefined;
    const names = site - this.#imageAt(site)!.siteBase === fn.site ? (fn.entry ?? fn.slots) : fn.slots;
    return names?.[slot] || undefined;
  }

  /** The name of what the closure with that entry site has captured as its `index`th. */
  captureAt(site: number, index: number): string | undefined {
    return this.#functionAt(site)?.captures?.[index]?.name;
  }

  #functionAt(site: number): FunctionDescription | undefined {
    const image = this.#imageAt(site);
    return image?.functions[image.sites[site - image.siteBase]![0]];
  }

  #imageAt(site: number): ModuleImage | undefined {
    let low = 0;
    let high = this.#images.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#images[middle]!.siteBase <= site) low = middle + 1;
      else high = middle;
    }
    const image = this.#images[low - 1];
    return image !== undefined && site < image.siteBase + image.siteCount ? image : undefined;
  }
}
