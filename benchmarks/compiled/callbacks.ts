const xs = Array.from({ length: 200 }, (_, i) => i);

/** A loop, so that whoever calls it may be stopped. */
function digits(x: number): number {
  let n = 0;
  while (x >= 1) {
    x = (x / 10) | 0;
    n++;
  }
  return n;
}

export function main(): number {
  let sum = 0;
  for (let i = 0; i < 300; i++) {
    sum += xs
      .map((x) => digits(x) + i)
      .filter((x) => x % 3 === 0 || digits(x) > 2)
      .reduce((a, b) => a + b, 0);
  }
  return sum;
}
