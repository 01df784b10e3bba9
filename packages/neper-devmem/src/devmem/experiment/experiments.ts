import { kperfStream } from "./kperf-stream.js";
import { tcpdStream, tcpdStreamA3High } from "./tcpd-stream.js";

/** The experiments with device memory by their names. What they are compared with is `tcp-stream`: plain TCP. */
export const devmemExperiments = {
  "tcpd-stream": tcpdStream,
  "tcpd-stream-a3-high": tcpdStreamA3High,
  "kperf-stream": kperfStream,
};
