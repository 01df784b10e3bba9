import { exitCodes } from "../errors/catalogue.js";
import { didYouMean } from "../errors/did-you-mean.js";
import { hoststackError } from "../errors/error.js";
import type { System } from "../system/system.js";
import { bashCompletion } from "./completion/bash.js";
import { completedCommands, shells } from "./completion/commands.js";
import { fishCompletion } from "./completion/fish.js";
import { zshCompletion } from "./completion/zsh.js";
import { parseFlags } from "./flags.js";
import { flagLines } from "./help.js";
import { helpFlag } from "./run-flags.js";
import type { Terminal } from "./terminal.js";

const writers = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

function help(system: string): string {
  return [
    `${system} completion bash|zsh|fish: print a script that completes this command`,
    "",
    "For this shell only",
    `  bash  eval "$(${system} completion bash)"`,
    `  zsh   source <(${system} completion zsh)`,
    `  fish  ${system} completion fish | source`,
    "",
    "For every new one, write the same line into ~/.bashrc, ~/.zshrc (after compinit)",
    "or ~/.config/fish/config.fish.",
    "",
    "Flags",
    ...flagLines(helpFlag),
  ].join("\n");
}

/** `completion SHELL`: prints a script for a shell. Returns the exit code. */
export function completionCommand(
  system: System,
  argv: readonly string[],
  { out }: Terminal,
): number {
  const { words, values } = parseFlags(argv, [helpFlag]);
  if (values["help"] === true) {
    out.line(help(system.name));
    return exitCodes.ok;
  }
  const [word = "", ...rest] = words;
  const shell = shells.find((one) => one === word);
  if (shell === undefined || rest.length > 0) {
    const text = words.length === 0 ? "no shell" : `"${words.join(" ")}"`;
    throw hoststackError("OPTIONS_INVALID", `completion takes one shell, not ${text}`, {
      remedy: `${didYouMean(word, shells)}it knows ${shells.join(", ")}`,
    });
  }
  out.raw(writers[shell](system.name, completedCommands(system)));
  return exitCodes.ok;
}
