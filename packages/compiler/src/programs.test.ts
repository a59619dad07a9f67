import { describe, expect, test } from "vitest";
import { difference, plain } from "./testing/differential.ts";
import { BUILTIN_PROGRAMS } from "./testing/builtin-programs.ts";
import { CONFORMANCE_PROGRAMS } from "./testing/conformance-programs.ts";
import { FOUND_PROGRAMS } from "./testing/found-programs.ts";
import { LIBRARY_PROGRAMS } from "./testing/library-programs.ts";
import { PROGRAMS } from "./testing/programs.ts";
import { READING_PROGRAMS } from "./testing/reading-programs.ts";

// Every program is run plain, and compiled at every quota with messages at hand and with every receive parking.
for (const [construct, programs] of Object.entries({
  ...PROGRAMS,
  ...BUILTIN_PROGRAMS,
  ...CONFORMANCE_PROGRAMS,
  ...FOUND_PROGRAMS,
  ...LIBRARY_PROGRAMS,
  ...READING_PROGRAMS,
})) {
  describe(construct, () => {
    for (const [name, source] of Object.entries(programs)) {
      test(name, () => {
        // One that ends early checks nothing of what follows.
        if (name !== "uncaught") expect(plain(source).error).toBeUndefined();
        expect(difference(source)).toBeUndefined();
      });
    }
  });
}

// What esbuild makes of TypeScript must still mean what it says in JavaScript.
for (const [construct, programs] of Object.entries(READING_PROGRAMS)) {
  describe(`as TypeScript: ${construct}`, () => {
    for (const [name, source] of Object.entries(programs)) {
      test(name, () => expect(difference(source, [7], undefined, "program.ts")).toBeUndefined());
    }
  });
}
