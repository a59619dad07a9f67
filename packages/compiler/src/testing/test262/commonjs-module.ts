/** Instead of Node's `require`, which a realm does not have: no test is CommonJS. Also bundled into each realm. */
export function commonJsModule({ url }: { readonly url: string }): never {
  throw new Error(`${url} is CommonJS`);
}
