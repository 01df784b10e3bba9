import type { Command } from "../../command/command.js";
import { quoteWord } from "../../command/quote.js";

/** What stands in place of a secret. */
const mask = "***";

/** Variables whose value nobody should read, told by their name. */
const secretName =
  /(PASSWORD|PASSWD|PASSPHRASE|PASSCODE|TOKEN|SECRET|CREDENTIALS?|(API|ACCESS|PRIVATE)_?KEY)/i;

/** `NAME=value` and `--name=value`, as `env` and many tools take them. */
const assignment = /^(-{0,2}[A-Za-z_][A-Za-z0-9_-]*)=/;

/** Values that must not appear in a transcript. */
export class Secrets {
  readonly #values = new Set<string>();

  /** Masks a value from now on, wherever it appears in an argument or a variable. */
  add(value: string): void {
    if (value === "") return;
    this.#values.add(value);
    const quoted = quoteWord(value);
    // Within shell text it has another shape.
    if (quoted !== value) this.#values.add(quoted.slice(1, -1));
  }

  /** The command as it may be shown. */
  masked({ argv, cwd, env }: Command): Command {
    const [file, ...rest] = argv;
    return {
      argv: [this.#text(file), ...rest.map((word) => this.#word(word))],
      ...(cwd === undefined ? {} : { cwd: this.#text(cwd) }),
      ...(env === undefined ? {} : { env: this.#environment(env) }),
    };
  }

  #environment(env: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(env).map(([name, value]) => [
        name,
        secretName.test(name) ? mask : this.#text(value),
      ]),
    );
  }

  #word(word: string): string {
    const name = assignment.exec(word)?.[1];
    return name !== undefined && secretName.test(name.replaceAll("-", "_"))
      ? `${name}=${mask}`
      : this.#text(word);
  }

  #text(text: string): string {
    // The longest first: one secret may be part of another.
    const values = [...this.#values].sort((a, b) => b.length - a.length);
    return values.reduce((shown, value) => shown.replaceAll(value, mask), text);
  }
}
