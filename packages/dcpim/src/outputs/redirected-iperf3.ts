import { type Iperf3Result, iperf3JsonParser, iperf3TextParser } from "@hoststack/tools";
import { parseFailure } from "./failure.js";

const name = "dcpim-iperf3";

/** What iperf3 printed under the library that gives its stream sockets to dcPIM. */
export interface RedirectedIperf3 {
  /** Sockets the library was asked for; none means that it was not there, and TCP was measured. */
  readonly sockets: number;
  readonly report: Iperf3Result;
}

/** The library's own line for each socket; it goes to stdout, also between those of a JSON document. */
const socketLine = /^domain: \d+,PF_INET:\d+,\s+type: \d+\r?$/;
/** dcPIM answers every question about a socket with success and leaves the answer unwritten. */
const meaningless = /^warning: Ignoring nonsense TCP MSS \d+\r?$/;

/**
 * Reads iperf3's text or JSON without the library's lines. Retransmissions and congestion windows are left out: under
 * dcPIM they are what was in memory. Throws PARSE_FAILED.
 */
export function parseRedirectedIperf3(text: string): RedirectedIperf3 {
  const lines = text.split("\n");
  const sockets = lines.filter((line) => socketLine.test(line)).length;
  const own = lines.filter((line) => !socketLine.test(line) && !meaningless.test(line)).join("\n");
  if (own.trim() === "") throw parseFailure(name, "iperf3 printed nothing");
  const parser = own.trimStart().startsWith("{") ? iperf3JsonParser : iperf3TextParser;
  const { retransmits, ...report } = parser.parse(own);
  return {
    sockets,
    report: sockets === 0 && retransmits !== undefined ? { ...report, retransmits } : report,
  };
}
