/** The values of a binary tree in order, by a generator that delegates to itself. */
interface Tree {
  left: Tree | null;
  value: number;
  right: Tree | null;
}

function make(from: number, to: number): Tree | null {
  if (from > to) return null;
  const middle = (from + to) >> 1;
  return { left: make(from, middle - 1), value: middle, right: make(middle + 1, to) };
}

function* walk(tree: Tree | null): Generator<number> {
  if (tree === null) return;
  yield* walk(tree.left);
  yield tree.value;
  yield* walk(tree.right);
}

const TREE = make(0, 8_000);

export function main(): number {
  let sum = 0;
  for (const value of walk(TREE)) sum += value;
  return sum;
}
