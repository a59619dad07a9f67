#!/usr/bin/env node
/** The command `agner`: loads it in as few files as there are. */
import { entryUrl } from "../bundled.ts";

await import(entryUrl("cli/command").href);
