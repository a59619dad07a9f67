/** Three generators in a row, each a small loop over the one before. */
function* count(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
}

function* map(numbers: Iterable<number>, f: (n: number) => number): Generator<number> {
  for (const n of numbers) yield f(n);
}

function* filter(numbers: Iterable<number>, f: (n: number) => boolean): Generator<number> {
  for (const n of numbers) if (f(n)) yield n;
}

export function main(): number {
  let sum = 0;
  const doubled = map(count(50_000), (n) => n * 2);
  for (const n of filter(doubled, (m) => m % 3 === 0)) sum += n;
  return sum;
}
