const WIDTH = 120;
const LIMIT = 60;

export function main(): number {
  let total = 0;
  for (let y = 0; y < WIDTH; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const cr = (2 * x) / WIDTH - 1.5;
      const ci = (2 * y) / WIDTH - 1;
      let zr = 0;
      let zi = 0;
      let i = 0;
      while (i < LIMIT && zr * zr + zi * zi < 4) {
        const t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        i++;
      }
      total += i;
    }
  }
  return total;
}
