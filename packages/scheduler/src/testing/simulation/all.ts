/** All cases, by protocol. */
import { boundsCases } from "./bounds.ts";
import type { Case } from "./case.ts";
import { channelCases } from "./channel.ts";
import { dequeCases } from "./deque.ts";
import { directoryCases } from "./directory.ts";
import { doorbellCases } from "./doorbell.ts";
import { lockCases } from "./lock.ts";
import { lossCases } from "./loss.ts";
import { migrationCases } from "./migration.ts";
import { nameCases } from "./names.ts";
import { restCases } from "./rest.ts";
import { ringCases } from "./ring.ts";

export const ALL_CASES: readonly Case[] = [
  ...ringCases,
  ...channelCases,
  ...dequeCases,
  ...doorbellCases,
  ...directoryCases,
  ...boundsCases,
  ...nameCases,
  ...lockCases,
  ...restCases,
  ...migrationCases,
  ...lossCases,
];
