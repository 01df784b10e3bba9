import { type CompletedCommand, type CompletedFlag, valueFlags } from "./commands.js";

/** Text for fish, whose single quotes know two escapes. */
const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;

const pathOf = ({ path }: CompletedCommand): string => path.join(" ");

function flagLine(start: string, flag: CompletedFlag): string {
  const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
  // -r: a value follows; -f: no file is one; -F: a file may be one
  const takes = flag.type === "boolean" ? "" : flag.takesFiles ? " -r -F" : " -r -f";
  const values = flag.values.length === 0 ? "" : ` -a ${quoted(flag.values.join(" "))}`;
  return `${start} -l ${flag.name}${short}${takes}${values} -d ${quoted(flag.description)}`;
}

function commandLines(start: string, command: CompletedCommand): string[] {
  return [
    ...command.words.map(
      ({ word, summary }) => `${start} -f -a ${quoted(word)} -d ${quoted(summary)}`,
    ),
    ...(command.takesFiles ? [`${start} -F`] : []),
    ...command.flags.map((flag) => flagLine(start, flag)),
  ];
}

/** A completion for fish, with what words mean. */
export function fishCompletion(name: string, commands: readonly CompletedCommand[]): string {
  const own = `__${name.replaceAll(/\W/g, "_")}_path`;
  const paths = commands.map(pathOf).filter((path) => path !== "");
  const lines = commands.flatMap((one) =>
    commandLines(`complete -c ${name} -n ${quoted(`${own} ${quoted(pathOf(one))}`)}`, one),
  );
  return `# fish completion of ${name}: ${name} completion fish | source
function ${own} --argument-names wanted
    set -l path
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word ${valueFlags(commands).map(quoted).join(" ")}
            set skip 1
        else if contains -- (string join ' ' $path $word) ${paths.map(quoted).join(" ")}
            set -a path $word
        end
    end
    test "$path" = $wanted
end
complete -c ${name} -f
${lines.join("\n")}
`;
}
