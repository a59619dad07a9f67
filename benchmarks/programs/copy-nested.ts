import { measureCopies } from "./copies.ts";

type Tree = number | { readonly left: Tree; readonly right: Tree };

/** A tree with a leaf for every eight bytes, at least two. */
function tree(bytes: number): Tree {
  return between(1, Math.max(2, bytes >> 3));
}

function between(first: number, last: number): Tree {
  if (first === last) return first;
  const middle = (first + last) >> 1;
  return { left: between(first, middle), right: between(middle + 1, last) };
}

/** The outermost leaves. */
function weigh(all: Tree): number {
  let left = all;
  while (typeof left === "object") left = left.left;
  let right = all;
  while (typeof right === "object") right = right.right;
  return left + right;
}

export function main(...args: string[]): void {
  measureCopies("copy-nested", args, tree, weigh);
}
