import { quoteArgv, quoteWord } from "../../command/quote.js";
import { type CompletedCommand, type CompletedFlag, valueFlags, writtenForms } from "./commands.js";

const pathOf = ({ path }: CompletedCommand): string => path.join(" ");

/** One branch of a `case`, with patterns taken literally. */
const branch = (patterns: readonly string[], body: string): string =>
  `    ${patterns.map(quoteWord).join("|")}) ${body} ;;`;

function valueBranch(command: CompletedCommand, flag: CompletedFlag): string[] {
  if (flag.type === "boolean") return [];
  const patterns = writtenForms(flag).map((form) => `${pathOf(command)} ${form}`);
  const files = flag.takesFiles ? " files=1" : "";
  return [branch(patterns, `candidates=(${quoteArgv(flag.values)})${files} value=1`)];
}

function wordBranch(command: CompletedCommand): string {
  const words = [...command.words.map(({ word }) => word), ...command.flags.flatMap(writtenForms)];
  const files = command.takesFiles ? " files=1" : "";
  return branch([pathOf(command)], `candidates=(${quoteArgv(words)})${files}`);
}

/**
 * A completion for bash, from 3.2 on. It reads the line itself, since bash cuts words at `=` and `:`;
 * what it hands back is then only what comes after those.
 */
export function bashCompletion(name: string, commands: readonly CompletedCommand[]): string {
  const own = `_${name.replaceAll(/\W/g, "_")}`;
  return `# bash completion of ${name}: eval "$(${name} completion bash)"
${own}() {
  local line="\${COMP_LINE:0:COMP_POINT}" path= word previous= current= prefix= files= value= index
  local -a words candidates
  read -r -a words <<<"$line"
  case "$line" in *[[:space:]]) words+=("") ;; esac
  for ((index = 1; index < \${#words[@]} - 1; index++)); do
    word="\${words[index]}"
    case "$word" in
${branch(valueFlags(commands), "((index++)); continue")}
    esac
    case "\${path:+$path }$word" in
${branch(
  commands.map(pathOf).filter((path) => path !== ""),
  `path="\${path:+$path }$word"`,
)}
    esac
  done
  current="\${words[\${#words[@]} - 1]}"
  previous="\${words[\${#words[@]} - 2]}"
  case "$current" in --*=*) previous="\${current%%=*}" prefix="\${current%%=*}=" ;; esac
  case "$path $previous" in
${commands.flatMap((one) => one.flags.flatMap((flag) => valueBranch(one, flag))).join("\n")}
  esac
  if [ -z "$value" ]; then
    case "$path" in
${commands.map(wordBranch).join("\n")}
    esac
  fi
  COMPREPLY=()
  for word in "\${candidates[@]}"; do
    case "$word" in "\${current#"$prefix"}"*) COMPREPLY+=("$word") ;; esac
  done
  if [ -n "$files" ]; then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "\${current#"$prefix"}")
    compopt -o filenames 2>/dev/null
  fi
  case "\${current#"$prefix"}" in
    *:*) index="\${current#"$prefix"}" index="\${index%"\${index##*:}"}" COMPREPLY=("\${COMPREPLY[@]#"$index"}") ;;
  esac
}
complete -F ${own} ${quoteWord(name)}
`;
}
