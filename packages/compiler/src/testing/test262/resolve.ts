/** Instead of Node's resolution: tests name their fixtures by relative paths, and all of them are modules. Also bundled into each realm. */

export type SharedPackages = Map<string, string>;

export interface Resolved {
  readonly kind: "compiled" | "native";
  readonly url: string;
}

export function resolveImport(
  specifier: string,
  attributes: Readonly<Record<string, string>> | undefined,
  parent: string,
): Resolved {
  return { kind: attributes?.["type"] === "json" ? "native" : "compiled", url: resolveUrl(specifier, parent) };
}

export function resolveUrl(specifier: string, parent: string): string {
  return new URL(specifier, parent).href;
}

export function shareAs(): void {}
