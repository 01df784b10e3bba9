import { type Command, quoteArgv } from "@hoststack/core";

/**
 * Runs what follows $1, then the commands of $1, one a line: also where it was interrupted, which the program gets as well.
 * Ends with the program's own status; commands that fail are told.
 */
const script = `
commands=$1
shift
trap : HUP INT TERM
"$@"
status=$?
trap '' HUP INT TERM
printf '%s\\n' "$commands" | while IFS= read -r command; do
  sh -c "$command" >&2 || echo "hoststack: not set back: $command ended with $?" >&2
done
exit "$status"
`;

/**
 * Wraps a program that leaves its NIC in another state than it found it in: the commands that led to the state a step
 * knows are run again at its end, so that the step can be undone.
 */
export function settledCommand(
  argv: readonly string[],
  commands: readonly Command[],
): readonly [string, ...string[]] {
  const lines = commands.map((one) => quoteArgv(one.argv)).join("\n");
  return ["sh", "-c", script, "sh", lines, ...argv];
}
