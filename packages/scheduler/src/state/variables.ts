/** What the variables are called that stand in frames and that closures have captured. */

/** Names for people. */
export interface VariableNames {
  /** Function and place of a site. */
  site(site: number): string | undefined;
  /** The variable in slot `slot` (from 0, behind the site) of a frame of that site; undefined for what the compiler keeps there for itself. */
  slot(site: number, slot: number): string | undefined;
  /** What the closure with that entry site has captured as its `index`th. */
  capture(site: number, index: number): string | undefined;
}

let names: VariableNames | undefined;

/** Set by whoever loads modules. */
export function setVariableNames(next: VariableNames | undefined): void {
  names = next;
}

export function describeSite(site: number): string {
  return names?.site(site) ?? `site ${site}`;
}

export function slotName(site: number, slot: number): string | undefined {
  return names?.slot(site, slot);
}

export function captureName(site: number, index: number): string | undefined {
  return names?.capture(site, index);
}
