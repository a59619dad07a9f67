import qs, { parse, stringify } from "qs";
import { Seen } from "./usage.js";

export function main() {
  const seen = new Seen();
  seen.same("nested", parse("a[b][c]=1&a[b][d]=2&e[]=x&e[]=y"), { a: { b: { c: "1", d: "2" } }, e: ["x", "y"] });
  seen.same("dots", parse("a.b=1&c=%C3%A4+x", { allowDots: true }), { a: { b: "1" }, c: "ä x" });
  seen.same("written", decodeURIComponent(stringify({ a: { b: [1, 2] }, d: null, u: undefined })), "a[b][0]=1&a[b][1]=2&d=");
  seen.same(
    "formats",
    ["indices", "brackets", "repeat", "comma"].map((arrayFormat) => stringify({ a: [1, 2] }, { arrayFormat, encode: false })),
    ["a[0]=1&a[1]=2", "a[]=1&a[]=2", "a=1&a=2", "a=1,2"],
  );
  seen.same(
    "callbacks",
    stringify({ b: new Date(7), a: 1 }, { sort: (a, b) => a.localeCompare(b), serializeDate: (d) => d.getTime() }),
    "a=1&b=7",
  );
  seen.same("one instance", qs.parse === parse, true);
  seen.throws("strict", () => parse("a[b][c][d]=1", { depth: 1, strictDepth: true }), "depth exceeded");
  return seen.facts;
}
