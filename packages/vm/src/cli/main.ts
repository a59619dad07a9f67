#!/usr/bin/env node
/** The command `agner`: loads it in as few files as there are, compiled if that has been done before. */
import { entryUrl } from "../bundled.ts";
import { useNodesFolder } from "../code/cache-folder.ts";

useNodesFolder();
await import(entryUrl("cli/command").href);
