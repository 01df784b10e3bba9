/**
 * Runs a program with `--all-samples` into a file that has no name any more, and hands its content on to standard
 * error behind what the program said there: nothing can be left on the host.
 */
const samplesScript = `
file=$(mktemp) && exec 5>"$file" 6<"$file" && rm "$file" || exit 1
"$@" --all-samples=/proc/self/fd/5
status=$?
cat <&6 >&2
exit "$status"
`;

/** A command line of neper whose samples come on standard error. */
export const withSamples = (argv: readonly string[]): readonly string[] => [
  "sh",
  "-c",
  samplesScript,
  "sh",
  ...argv,
];

/** First line of the samples. */
const head = /^tid,flow_id,time,/;

/** What stands before and after the first line of samples. */
export async function splitSamples(
  lines: AsyncIterable<string>,
): Promise<{ readonly said: readonly string[]; readonly samples: readonly string[] }> {
  const said: string[] = [];
  const samples: string[] = [];
  for await (const line of lines) {
    if (samples.length > 0 || head.test(line)) samples.push(line);
    else if (line.trim() !== "") said.push(line.trim());
  }
  return { said, samples };
}
