/** Names of `enum ibv_wc_status` in order (libibverbs `verbs.h`). */
const statusNames = [
  "SUCCESS",
  "LOC_LEN_ERR",
  "LOC_QP_OP_ERR",
  "LOC_EEC_OP_ERR",
  "LOC_PROT_ERR",
  "WR_FLUSH_ERR",
  "MW_BIND_ERR",
  "BAD_RESP_ERR",
  "LOC_ACCESS_ERR",
  "REM_INV_REQ_ERR",
  "REM_ACCESS_ERR",
  "REM_OP_ERR",
  "RETRY_EXC_ERR",
  "RNR_RETRY_EXC_ERR",
  "LOC_RDD_VIOL_ERR",
  "REM_INV_RD_REQ_ERR",
  "REM_ABORT_ERR",
  "INV_EECN_ERR",
  "INV_EEC_STATE_ERR",
  "FATAL_ERR",
  "RESP_TIMEOUT_ERR",
  "GENERAL_ERR",
] as const;

/** Name of a work completion status without its `IBV_WC_` prefix. */
export function workCompletionStatus(status: number): string | undefined {
  return statusNames[status];
}

const trouble =
  /fail|error|couldn't|unable|not found|invalid|doesn't work|works only|isn't supported|not supported|not possible|please check|did not get message|can't|correlation coefficient|cpu frequency|ld\.so:|unexpected|scnt=|no such|changing|is higher than|warning/i;

/** A line in which perftest complains, with the status number spelled out; else undefined. */
export function perftestComplaint(line: string): string | undefined {
  const text = line.trim();
  if (!trouble.test(text)) return undefined;
  const status = /Failed status (\d+)/.exec(text);
  const spelled = status === null ? undefined : workCompletionStatus(Number(status[1]));
  return spelled === undefined ? text : `${text} (IBV_WC_${spelled})`;
}

/** What perftest complains about in a text (its stderr, usually); empty when there is nothing. */
export function perftestComplaints(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => perftestComplaint(line) ?? []);
}
