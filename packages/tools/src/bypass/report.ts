import { z } from "zod";
import { defineParser, type LineReader } from "../kernel/parser.js";
import { parseFailure, stripAnsi, withoutUndefined } from "../kernel/text.js";

const name = "bypass-report";

const count = z.int().min(0);

const socket = z.strictObject({
  /** Packets the library moved by itself. */
  offloadedPackets: count,
  /** Packets that went through the kernel all the same. */
  kernelPackets: count,
});

const result = z.strictObject({
  /** File that was to be preloaded. */
  library: z.string(),
  /** File mapped into the program; absent when it was not. */
  mapped: z.string().optional(),
  /** As the library announces it; absent when it did not. */
  version: z.string().optional(),
  /** Sockets in the library's own statistics. */
  sockets: z.array(socket),
  /** Warnings of the loader and of the library. */
  words: z.array(z.string()),
});

/** What became of a bypass library in one program. */
export type BypassReport = z.infer<typeof result>;

const traffic = /^\s*(?:Tx|Rx) (Offload|OS info): \d+ \/ (\d+) \/ \d+ \/ \d+ \[\w+\/packets\//;

class ReportReader implements LineReader {
  #library: string | undefined;
  #mapped: string | undefined;
  #version: string | undefined;
  #ended = false;
  readonly #sockets: { offloadedPackets: number; kernelPackets: number }[] = [];
  readonly #words: string[] = [];

  line(text: string): void {
    const line = stripAnsi(text);
    const own = /^bypass: (asked for|mapped|end)(?: (.+))?$/.exec(line);
    if (own !== null) this.#own(own[1], own[2]);
    else if (/ld\.so:|\b(?:VMA|XLIO)[ _](?:WARNING|ERROR|PANIC)\s*:/.test(line)) this.#say(line);
    else this.#figures(line);
  }

  #own(word: string | undefined, value: string | undefined): void {
    if (word === "asked for") {
      if (this.#library !== undefined) throw parseFailure(name, "the text holds more than one run");
      this.#library = value;
    } else if (word === "mapped") this.#mapped ??= value;
    else if (word === "end") this.#ended = true;
  }

  #say(line: string): void {
    const text = line
      .replace(/^\s*(?:VMA|XLIO)[ _]\w+\s*:/, "")
      .replaceAll("*", "")
      .trim();
    if (text !== "" && this.#words.length < 20) this.#words.push(text);
  }

  #figures(line: string): void {
    this.#version ??= /\b(?:VMA|XLIO)_VERSION: (\S+)/.exec(line)?.[1];
    if (/^\s*Fd=\[\d+\]/.test(line)) this.#sockets.push({ offloadedPackets: 0, kernelPackets: 0 });
    const [, by, packets] = traffic.exec(line) ?? [];
    const last = this.#sockets.at(-1);
    if (last === undefined || packets === undefined) return;
    if (by === "Offload") last.offloadedPackets += Number(packets);
    else last.kernelPackets += Number(packets);
  }

  end(): unknown {
    if (this.#library === undefined) throw parseFailure(name, "no library was asked for");
    if (!this.#ended) throw parseFailure(name, "the report has no end; it is cut", this.#words);
    return withoutUndefined({
      library: this.#library,
      mapped: this.#mapped,
      version: this.#version,
      sockets: this.#sockets,
      words: this.#words,
    });
  }
}

/**
 * stderr of a program run by `bypassArgv`: what ld.so, the library (libvma 8 and 9, libxlio 1 to 3) and its
 * statistics file say.
 */
export const bypassReportParser = defineParser<BypassReport>({
  name,
  version: 1,
  schema: result,
  reader: () => new ReportReader(),
});

/** More of all packets than this through the kernel, and a figure is of both ways. */
const kernelShare = 0.01;

/** Why a library was not active, so that a figure is not one of the bypass; undefined when it was. */
export function bypassRefusal(report: BypassReport): string | undefined {
  const { library, mapped, version, sockets, words } = report;
  const said = words.length === 0 ? "" : `; it says: ${words.slice(0, 3).join(" | ")}`;
  if (mapped === undefined) return `${library} is not mapped into the program${said}`;
  if (version === undefined) return `${mapped} is mapped, but did not announce itself${said}`;
  const sum = (which: keyof (typeof sockets)[number]) =>
    sockets.reduce((total, one) => total + one[which], 0);
  const [offloaded, kernel] = [sum("offloadedPackets"), sum("kernelPackets")];
  const counted = `its statistics count ${offloaded} packets by itself and ${kernel} through the kernel`;
  if (offloaded === 0) return `${library} ${version} took over no socket: ${counted}${said}`;
  if (kernel <= kernelShare * (offloaded + kernel)) return undefined;
  return `${library} ${version} did not take over all of it: ${counted} (threshold 1 %)${said}`;
}
