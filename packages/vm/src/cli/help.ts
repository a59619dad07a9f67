/** What `--help` prints. */

export const HELP = `Agner runs TypeScript as very many cheap, isolated, preempted processes on every core.

Usage: agner run <module> [args…] [options]
       agner compile <module> [options]

Commands:
  run <module>      run an app module's main, its application, or both
  compile <module>  print what the compiler makes of a module
  help <command>    the options of a command

Options:
  -h, --help     print this
  -v, --version  print the version
`;

export const RUN_HELP = `Usage: agner run <module> [args…] [options]

The module is TypeScript or JavaScript. It exports main(...args), or an application({…}) as its default, or both.
Options of Agner may stand before or after the module. Everything else goes to main, and so does everything after --.

Options:
  --cores N   schedulers, one a core (default: as many as the machine offers this program)
  --heap MB   most that the heap of one scheduler may hold (default: its share of half of the memory, 256 to 4096);
              one that reaches it is lost with its processes, and another takes its place
  --long-schedule MS
              print a report of a scheduler that is stuck in one thing for so long (default 100; 0 for never)
  --stuck-limit MS
              give up a scheduler that is stuck for so long: it is lost, and another takes its place (default 0, never)
  --stats     print the figures of every scheduler on standard error at exit
  --json      print reports and figures as lines of JSON
  --quiet     print no warnings of Agner's own
  -h, --help  print this

Exit codes:
  0   main returned, or an application was told to stop (SIGINT, SIGTERM)
  n   main returned the number n, or halt(n) was called
  1   main crashed; a report was printed
  2   bad usage, or the module could not be found, read or compiled

node --import @agner/vm/boot <module> [args…] does the same; its options are AGNER_CORES, AGNER_HEAP, AGNER_LONG_SCHEDULE,
AGNER_STUCK_LIMIT, AGNER_STATS, AGNER_JSON and AGNER_QUIET.
`;

export const COMPILE_HELP = `Usage: agner compile <module> [options]

Prints what the compiler makes of one module of TypeScript or JavaScript, as text to read: the fast and the resume version of each function, and below
them where in the module each site is. What the compiler has to say about the module goes to standard error.

Options:
  --out FILE  write to this file
  --map       with the source map: in FILE.map, or in the text itself
  --json      errors and warnings as lines of JSON
`;
