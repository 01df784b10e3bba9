import { HoststackError, isHoststackError } from "@hoststack/tools/error";
import type { Command } from "../../command/command.js";
import { quoteWord } from "../../command/quote.js";

/** What stands in place of a secret. */
const mask = "***";

/** Variables whose value nobody should read, told by their name. */
const secretName =
  /(PASSWORD|PASSWD|PASSPHRASE|PASSCODE|TOKEN|SECRET|CREDENTIALS?|(API|ACCESS|PRIVATE)_?KEY)/i;

/** `NAME=value` and `--name=value`, as `env` and many tools take them. */
const assignment = /^(-{0,2}[A-Za-z_][A-Za-z0-9_-]*)=/;

/** `--name`, whose value is the next argument. */
const flag = /^--?[A-Za-z][A-Za-z0-9_-]*$/;

/** The password of a URL. */
const urlPassword = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi;

/** The credentials of an HTTP header. */
const authorization = /\b((?:proxy-)?authorization\s*:\s*(?:(?:basic|bearer|token)\s+)?)[^\s'"]+/gi;

const isSecretName = (name: string): boolean => secretName.test(name.replaceAll("-", "_"));

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

  /** Plain data, e.g. a record, with the added values masked in all its texts. */
  maskedData<T>(data: T): T {
    return this.#values.size === 0 ? data : (this.#data(data) as T);
  }

  /** An error as it may be shown: what it was made from is left out when a secret was in it. */
  maskedError(error: unknown): unknown {
    if (this.#values.size === 0 || !isHoststackError(error)) return error;
    const { code, message, remedy, details } = error;
    const told = { message, remedy, details };
    const masked = this.maskedData(told);
    if (JSON.stringify(masked) === JSON.stringify(told)) return error;
    const { message: text, ...facts } = masked;
    return new HoststackError(code, text, {
      ...(facts.remedy === undefined ? {} : { remedy: facts.remedy }),
      ...(facts.details === undefined ? {} : { details: facts.details }),
    });
  }

  /** The command as it may be shown. */
  masked({ argv, cwd, env }: Command): Command {
    const [file, ...rest] = argv;
    return {
      argv: [this.#text(file), ...rest.map((word, index) => this.#word(word, rest[index - 1]))],
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

  #word(word: string, before: string | undefined): string {
    if (before !== undefined && flag.test(before) && isSecretName(before) && !flag.test(word)) {
      return mask;
    }
    const name = assignment.exec(word)?.[1];
    return name !== undefined && isSecretName(name) ? `${name}=${mask}` : this.#text(word);
  }

  #data(data: unknown): unknown {
    if (typeof data === "string") return this.#known(data);
    if (Array.isArray(data)) return data.map((one) => this.#data(one));
    if (typeof data !== "object" || data === null) return data;
    if (Object.getPrototypeOf(data) !== Object.prototype) return data;
    return Object.fromEntries(Object.entries(data).map(([key, one]) => [key, this.#data(one)]));
  }

  #text(text: string): string {
    return this.#known(text).replace(urlPassword, `$1${mask}@`).replace(authorization, `$1${mask}`);
  }

  #known(text: string): string {
    // The longest first: one secret may be part of another.
    const values = [...this.#values].sort((a, b) => b.length - a.length);
    return values.reduce((shown, value) => shown.replaceAll(value, mask), text);
  }
}
