import { defineParser, type LineReader } from "../kernel/parser.js";
import { parseFailure, readNumber, stripAnsi, withoutUndefined } from "../kernel/text.js";
import { type ToolUnit, toolUnits, toSi } from "../kernel/units.js";
import { arrivedOf } from "./arrived.js";
import { type Iperf3Result, type Iperf3Transfer, iperf3ResultSchema } from "./result.js";

const name = "iperf3-text";

const row =
  /^\[\s*(\d+|SUM)\](?:\[((?:TX|RX)-[CS])\])?\s+(\S+)-(\S+)\s+sec\s+(\S+) ([KMGT]?Bytes)\s+(\S+) ([KMGT]?bits\/sec)(.*)$/;

interface Row {
  readonly id: string;
  readonly direction: string | undefined;
  readonly startS: number;
  readonly endS: number;
  readonly transfer: Iperf3Transfer;
  readonly rest: string;
}

function unit(text: string): ToolUnit {
  const known = `iperf3 ${text}`;
  if (known in toolUnits) return known as ToolUnit;
  throw parseFailure(name, `"${text}" is not a unit of iperf3`);
}

function readRow(line: string): Row | undefined {
  const found = row.exec(line);
  if (found === null) return undefined;
  const [, id = "", direction, from = "", to = "", bytes = "", size = "", rate = "", per = ""] =
    found;
  const [startS, endS] = [readNumber(name, from), readNumber(name, to)];
  return {
    id,
    direction,
    startS,
    endS,
    transfer: {
      bytes: toSi(readNumber(name, bytes), unit(size)),
      durationS: endS - startS,
      bitsPerS: toSi(readNumber(name, rate), unit(per)),
    },
    rest: found[9] ?? "",
  };
}

/** Sums of one side over streams; the [SUM] row wins where there is one. */
class Totals {
  readonly #streams: Row[] = [];
  #sum: Row | undefined;

  add(total: Row): void {
    const known = total.id === "SUM" ? this.#sum : this.#streams.find(({ id }) => id === total.id);
    if (known !== undefined) throw parseFailure(name, "the text holds more than one run");
    if (total.id === "SUM") this.#sum = total;
    else this.#streams.push(total);
  }

  get streams(): number {
    return this.#streams.length;
  }

  /** The one row that stands for all; several streams without [SUM] mean a cut text. */
  row(connections: number): Row | undefined {
    if (this.#sum === undefined && Math.max(this.#streams.length, connections) > 1) {
      throw parseFailure(name, "several streams without their [SUM] row; the text is cut");
    }
    return this.#sum ?? this.#streams[0];
  }
}

function retransmits(rest: string | undefined): number | undefined {
  const found = /^\s+(\d+)\s+sender\s*$/.exec(rest ?? "");
  return found === null ? undefined : Number(found[1]);
}

function datagrams(rest: string | undefined): Iperf3Result["datagrams"] {
  const found = /\s(\S+) ms\s+(-?\d+)\/(\d+) \([^)]*\)/.exec(rest ?? "");
  if (found === null) return undefined;
  const jitterMs = readNumber(name, found[1] ?? "");
  return { total: Number(found[3]), lost: Number(found[2]), jitterMs };
}

class TextReader implements LineReader {
  readonly #sides = new Map<string, Totals>();
  readonly #intervals: Iperf3Result["intervals"] = [];
  readonly #words: string[] = [];
  readonly #connections = new Set<string>();
  #headers = 0;
  #twoWay = false;
  #lastRow: Row | undefined;

  line(text: string): void {
    const line = stripAnsi(text);
    if (/^iperf3?: |error - /.test(line)) this.#words.push(line.trim());
    const connection = /^\[\s*(\d+)\](?:\[\w+-\w+\])? local /.exec(line);
    if (connection?.[1] !== undefined) this.#connections.add(connection[1]);
    if (/^\[ ID\](?:\[Role\])? Interval/.test(line)) this.#headers += 1;
    if (/^\[\s*(?:\d+|SUM)\] Sent \d+ datagrams/.test(line)) this.#unnamedTotal();
    const read = readRow(line);
    if (read === undefined) return;
    this.#lastRow = read;
    if (read.direction !== undefined) this.#twoWay = true;
    const side = /\b(sender|receiver)\s*$/.exec(read.rest)?.[1];
    if (side === undefined) this.#interval(read);
    else this.#side(side, read.direction).add(read);
  }

  /** Before 3.7 a UDP total has no word that names its side; this line follows it. */
  #unnamedTotal(): void {
    if (this.#lastRow !== undefined && !this.#sides.has("sender")) {
      this.#side("sender", undefined).add(this.#lastRow);
    }
  }

  #interval(read: Row): void {
    // The second header opens the totals: a row without its side there is a cut or an old one.
    if (this.#headers > 1) return;
    const all = this.#connections.size > 1 ? "SUM" : undefined;
    if (read.direction !== undefined || (all !== undefined && read.id !== all)) return;
    this.#intervals.push({
      startS: read.startS,
      endS: read.endS,
      bitsPerS: read.transfer.bitsPerS,
      omitted: /\(omitted\)\s*$/.test(read.rest),
    });
  }

  #side(side: string, direction: string | undefined): Totals {
    // What the client receives is what the server sends: the way back of a bidirectional test.
    const back = direction === "RX-C" || direction === "TX-S";
    const key = back ? `reverse ${side}` : side;
    const totals = this.#sides.get(key) ?? new Totals();
    this.#sides.set(key, totals);
    return totals;
  }

  #arrived(sender: Row | undefined, lost: Iperf3Result["datagrams"]) {
    // A sender row of 3.7 and later carries no losses of the receiver.
    if (sender === undefined || lost === undefined || /sender/.test(sender.rest)) return undefined;
    return arrivedOf(sender.transfer, lost);
  }

  end(): unknown {
    const connections = this.#connections.size / (this.#twoWay ? 2 : 1);
    const at = (key: string) => this.#sides.get(key)?.row(connections);
    const [sender, receiver] = [at("sender"), at("receiver")];
    if (sender === undefined && receiver === undefined) {
      throw parseFailure(name, "no sender or receiver line; the test did not finish", this.#words);
    }
    const lost = datagrams(receiver?.rest) ?? datagrams(sender?.rest);
    const resent = retransmits(sender?.rest);
    return withoutUndefined({
      protocol: lost !== undefined ? "udp" : resent !== undefined ? "tcp" : undefined,
      streams: this.#sides.get(receiver === undefined ? "sender" : "receiver")?.streams,
      bidirectional: this.#twoWay || undefined,
      sent: sender?.transfer,
      received: receiver?.transfer ?? this.#arrived(sender, lost),
      reverseSent: at("reverse sender")?.transfer,
      reverseReceived: at("reverse receiver")?.transfer,
      retransmits: resent,
      datagrams: lost,
      intervals: this.#intervals,
    });
  }
}

/** Text report of iperf3 (iperf_locale.c); its figures have three digits, JSON has all. */
export const iperf3TextParser = defineParser<Iperf3Result>({
  name,
  version: 1,
  schema: iperf3ResultSchema,
  reader: () => new TextReader(),
});
