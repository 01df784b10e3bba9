const object = /^ {2}(?:CC|AS)(?: \[M\])? +\S/;
/** Of the build's own script: what a build that was cut has left. */
const kept = /^hoststack: goes on with (\d+) objects$/;
const compilerError = /^\S+?:\d+(?::\d+)?: (?:fatal )?error: /;
const otherError =
  /undefined reference to|^\S*ld: |^ERROR: |^modpost: |^collect2: |: No such file or directory$|: not found$|No rule to make target|No space left on device/;
const makeError = /^make(?:\[\d+\])?: \*\*\* /;
/** Lines of make's own that end what a compiler says. */
const nextCommand = /^ {2}[A-Z][A-Z0-9 _[\]]* +\S|^make(?:\[\d+\])?: /;
const mostLines = 8;

/** Reads the output of a kernel's make line by line: what is compiled, and the first thing that went wrong. */
export class CompileLog {
  /** Objects there are so far, with those an earlier build has left. */
  objects = 0;
  readonly #errors = new Map<"compiler" | "other" | "make", string[]>();
  #open: string[] | undefined;
  #rest = "";

  /** Takes output in pieces of any size. */
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
  }

  /** The first error with what belongs to it: the compiler's if there is one, else the linker's, else make's. */
  get firstError(): string | undefined {
    const found = ["compiler", "other", "make"] as const;
    return found
      .map((kind) => this.#errors.get(kind)?.join("\n"))
      .find((text) => text !== undefined);
  }

  #line(line: string): void {
    if (object.test(line)) this.objects++;
    this.objects += Number(kept.exec(line)?.[1] ?? 0);
    if (this.#open !== undefined && (nextCommand.test(line) || this.#open.length >= mostLines)) {
      this.#open = undefined;
    }
    const kind = kindOf(line);
    if (kind !== undefined && !this.#errors.has(kind)) {
      this.#open = [line];
      this.#errors.set(kind, this.#open);
    } else {
      this.#open?.push(line);
    }
  }
}

function kindOf(line: string): "compiler" | "other" | "make" | undefined {
  if (compilerError.test(line)) return "compiler";
  if (makeError.test(line)) return "make";
  return otherError.test(line) ? "other" : undefined;
}
