/** The computations of the programs, as every peer on Node.js does them. */

/**
 * The nth Fibonacci number, by plain recursion.
 * @param {number} n
 * @returns {number}
 */
export function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
