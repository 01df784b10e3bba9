/** Messages of the SSH connection protocol that one command needs (RFC 4254). */
export const message = {
  open: 90,
  opened: 91,
  openFailed: 92,
  windowAdjust: 93,
  data: 94,
  extendedData: 95,
  endOfFile: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const;

/** Most bytes the server may send before more room is granted: it also bounds what waits in memory. */
export const windowBytes = 2 * 1024 * 1024;
/** Most bytes of data in one message to us; what OpenSSH itself asks for. */
export const packetBytes = 32 * 1024;

/** Sends one message to the server; `sent` is called when the operating system has taken it. */
export type Send = (type: number, body: Buffer, sent?: () => void) => void;
