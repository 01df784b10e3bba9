/** A word of a command line, and what it means. */
export interface CompletedWord {
  readonly word: string;
  readonly summary: string;
}

/** The verbs of every system's command line, in the order of help. */
export const verbWords: readonly CompletedWord[] = [
  { word: "doctor", summary: "can it run? requirements, host by host" },
  { word: "plan", summary: "what would setup change? commands and differences" },
  { word: "setup", summary: "have hosts ready: packages, modules, programs" },
  { word: "build", summary: "only build what is built from sources" },
  { word: "run", summary: "run a suite or an experiment" },
  { word: "parse", summary: "read saved outputs of the tools" },
  { word: "report", summary: "make one HTML file of runs" },
  { word: "bundle", summary: "put a run into one archive, under pseudonyms if wanted" },
  { word: "compare", summary: "is run B better or worse than run A?" },
  { word: "testbed", summary: "kept testbeds: up, status, ssh, console, down" },
  { word: "kernel", summary: "kernels: build, install, boot once with proof, status" },
  { word: "tune", summary: "host tuning by profiles: apply, show, status, restore" },
  { word: "status", summary: "what is changed on the hosts of a testbed file" },
  { word: "restore", summary: "undo what was changed on them" },
  { word: "reap", summary: "find and remove what an ended command has left" },
  { word: "clean", summary: "remove what is cached and was not used for long" },
  { word: "completion", summary: "print a script that completes this command in a shell" },
  { word: "help", summary: "show the help" },
];
