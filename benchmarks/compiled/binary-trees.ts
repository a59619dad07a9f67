interface Tree {
  left: Tree | null;
  right: Tree | null;
}

function make(depth: number): Tree {
  return depth === 0 ? { left: null, right: null } : { left: make(depth - 1), right: make(depth - 1) };
}

function count(tree: Tree): number {
  return tree.left === null ? 1 : 1 + count(tree.left) + count(tree.right!);
}

export function main(): number {
  let total = 0;
  for (let i = 0; i < 6; i++) total += count(make(13));
  return total;
}
