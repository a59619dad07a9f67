const xs = Array.from({ length: 200 }, (_, i) => i);

export function main(): number {
  let sum = 0;
  for (let i = 0; i < 500; i++) {
    sum += xs
      .map((x) => x * 2 + i)
      .filter((x) => x % 3 === 0)
      .reduce((a, b) => a + b, 0);
  }
  return sum;
}
