/**
 * Random numbers of a test, from the environment variable `AGNER_SEED`, or a new seed each time, which is printed. Returns what draws a whole number from 0 to below
 * its argument.
 */
export function seededRandom(): (below: number) => number {
  const seed = Number(process.env["AGNER_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`AGNER_SEED=${seed}`);
  let draw = seed | 1;
  return (below) => {
    draw = (Math.imul(draw, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (draw >> 8) % below;
  };
}
