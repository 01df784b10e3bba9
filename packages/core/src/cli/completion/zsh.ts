import { quoteArgv, quoteWord } from "../../command/quote.js";
import { type CompletedCommand, type CompletedFlag, valueFlags, writtenForms } from "./commands.js";

const pathOf = ({ path }: CompletedCommand): string => path.join(" ");

const branch = (patterns: readonly string[], body: string): string =>
  `    ${patterns.map(quoteWord).join("|")}) ${body} ;;`;

/** As `_describe` takes it: a colon parts the word from what it means. */
const described = (word: string, summary: string): string =>
  `${word.replaceAll(":", "\\:")}:${summary}`;

function valueBranch(command: CompletedCommand, flag: CompletedFlag): string[] {
  if (flag.type === "boolean") return [];
  const patterns = writtenForms(flag).map((form) => `${pathOf(command)} ${form}`);
  const acts = [
    ...(flag.values.length === 0 ? [] : [`compadd -- ${quoteArgv(flag.values)}`]),
    ...(flag.takesFiles ? ["_files"] : []),
    "return",
  ];
  return [branch(patterns, acts.join("; "))];
}

function wordBranch(command: CompletedCommand): string {
  const words = command.words.map(({ word, summary }) => described(word, summary));
  const flags = command.flags.flatMap((flag) =>
    writtenForms(flag).map((form) => described(form, flag.description)),
  );
  const files = command.takesFiles ? " files=1" : "";
  return branch(
    [pathOf(command)],
    `names=(${quoteArgv(words)}) flags=(${quoteArgv(flags)})${files}`,
  );
}

/** A completion for zsh, with what words mean. */
export function zshCompletion(name: string, commands: readonly CompletedCommand[]): string {
  const own = `_${name.replaceAll(/\W/g, "_")}`;
  return `#compdef ${name}
# zsh completion of ${name}: source <(${name} completion zsh), after compinit
${own}() {
  local place= word previous files
  local -a names flags
  local -i index
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    case "$word" in
${branch(valueFlags(commands), "((index++)); continue")}
    esac
    case "\${place:+$place }$word" in
${branch(
  commands.map(pathOf).filter((path) => path !== ""),
  `place="\${place:+$place }$word"`,
)}
    esac
  done
  previous="\${words[CURRENT - 1]}"
  if [[ "$PREFIX" == --*=* ]]; then
    previous="\${PREFIX%%=*}"
    compset -P '*='
  fi
  case "$place $previous" in
${commands.flatMap((one) => one.flags.flatMap((flag) => valueBranch(one, flag))).join("\n")}
  esac
  case "$place" in
${commands.map(wordBranch).join("\n")}
  esac
  (( \${#names} )) && _describe -t commands command names
  if [[ "$PREFIX" == -* ]]; then _describe -o -t options option flags; fi
  if [[ -n "$files" ]]; then _files; fi
}
compdef ${own} ${quoteWord(name)}
`;
}
