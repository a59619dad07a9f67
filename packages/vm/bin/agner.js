#!/usr/bin/env node
// A file that is there before anything is compiled: package managers link commands when they install.
import "../dist/cli/main.js";
