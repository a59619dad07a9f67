import { Decimal } from "decimal.js";
import { Seen } from "./usage.js";

export function main() {
  const seen = new Seen();
  const of = (value) => new Decimal(value);
  seen.same("sums", of("0.1").plus("0.2").toString(), "0.3");
  seen.same("differences", of(0.3).minus(0.1).toString(), "0.2");
  seen.same("products", of("0.6").times(3).toString(), "1.8");
  seen.same("quotients", of(355).div(113).toString(), "3.1415929203539823009");
  seen.same("rests", [of(1).mod(0.9).toString(), of(-7).modulo(3).toString()], ["0.1", "-1"]);
  seen.same(
    "powers",
    [of(0.7).pow(-2).toString(), of(3).pow(50).toString()],
    ["2.0408163265306122449", "7.1789798769185258877e+23"],
  );
  seen.same("roots", [of(2).sqrt().toString(), of(125).cbrt().toString()], ["1.4142135623730950488", "5"]);
  seen.same(
    "exponents and logarithms",
    [of(1).exp().toString(), of(10).ln().toString(), of(1000).log(10).toString()],
    ["2.7182818284590452354", "2.302585092994045684", "3"],
  );
  seen.same(
    "angles",
    [of(0.5).sin().toString(), of(0.5).cos().toString(), of(1).atan().toString()],
    ["0.47942553860420300027", "0.87758256189037271612", "0.78539816339744830962"],
  );
  seen.same("places", [of(1.2345).toFixed(2), of(1.235).toFixed(2), of(-1.5).round().toString()], ["1.23", "1.24", "-2"]);
  seen.same(
    "forms",
    [of(45.6).toExponential(3), of(45.6).toPrecision(1), of("1e30").toFixed()],
    ["4.560e+1", "5e+1", `1${"0".repeat(30)}`],
  );
  seen.same(
    "other bases",
    [of(255).toHex(), of("0b1010").toString(), of(0.1).toBinary().slice(0, 12)],
    ["0xff", "10", "0b0.00011001"],
  );
  seen.same("fractions", of(1.75).toFraction().map(String), ["7", "4"]);
  seen.same("comparisons", [of(1).eq("1.0"), of(-1).lt(0), of(2).comparedTo(1), of(NaN).eq(NaN)], [true, true, 1, false]);
  seen.same("special values", [of(1).div(0).toString(), of(-1).sqrt().toString(), of(-0).toString()], ["Infinity", "NaN", "0"]);
  seen.same(
    "of many",
    [Decimal.max(1, "3", 2).toString(), Decimal.sum(1, "2.5", of(3)).toString(), Decimal.hypot(3, 4).toString()],
    ["3", "6.5", "5"],
  );
  const Precise = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_HALF_EVEN });
  seen.same("more digits", [new Precise(1).div(3).toString(), Decimal.precision], [`0.${"3".repeat(40)}`, 20]);
  seen.same("a constant", Precise.acos(-1).toString(), "3.141592653589793238462643383279502884197");
  seen.same("nearest", [of(1.39).toNearest(0.25).toString(), of(9.499).toDecimalPlaces(1).toNumber()], ["1.5", 9.5]);
  seen.same("coercions", [`${of(5)}`, of(5).toNumber() + 1, JSON.stringify({ a: of("1.10") })], ["5", 6, '{"a":"1.1"}']);
  seen.throws("what is no number", () => of("1.2.3"), "[DecimalError] Invalid argument: 1.2.3");
  let factorial = of(1);
  for (let i = 2; i <= 30; i++) factorial = factorial.times(i);
  seen.same("a factorial", factorial.toFixed(), "265252859812191058640000000000000");
  return seen.facts;
}
