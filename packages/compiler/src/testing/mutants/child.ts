/** Looks for a difference with the compiler that this is bundled with: random programs first, then the listed ones. Prints what it found. */
import { BUILTIN_PROGRAMS } from "../builtin-programs.ts";
import { CONFORMANCE_PROGRAMS } from "../conformance-programs.ts";
import { FOUND_PROGRAMS } from "../found-programs.ts";
import { LIBRARY_PROGRAMS } from "../library-programs.ts";
import { differs, search, type How } from "../fuzz/search.ts";
import { PROGRAMS } from "../programs.ts";
import { READING_PROGRAMS } from "../reading-programs.ts";

const HOW: How = { quotas: [1, 3], moving: false };

const [first = 1, count = 1] = process.argv.slice(2).map(Number);

function find(): { by: string; after: number } | null {
  const random = search(first, count, HOW);
  if (random !== undefined) return { by: `seed ${random.seed}`, after: random.seed - first + 1 };
  let after = count;
  for (const [topic, programs] of Object.entries({
    ...PROGRAMS,
    ...BUILTIN_PROGRAMS,
    ...CONFORMANCE_PROGRAMS,
    ...FOUND_PROGRAMS,
    ...LIBRARY_PROGRAMS,
    ...READING_PROGRAMS,
  })) {
    for (const [name, source] of Object.entries(programs)) {
      after++;
      if (differs(source, HOW) !== undefined) return { by: `${topic}: ${name}`, after };
    }
  }
  return null;
}

process.stdout.write(JSON.stringify(find()));
