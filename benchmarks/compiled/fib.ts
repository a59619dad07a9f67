function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

export function main(): number {
  return fib(27);
}
