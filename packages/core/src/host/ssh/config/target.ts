/** Asks the user for a passphrase or password; the answer is kept in memory only. */
export type AskSecret = (question: {
  readonly text: string;
  readonly secret: true;
}) => Promise<string>;

/** A host as the user's own `ssh` knows it. */
export interface SshTarget {
  /** Alias, host name or `user@host`, as `ssh` takes it. */
  readonly destination: string;
  /** Configuration read instead of the user's and the system's (`ssh -F`). */
  readonly configFile?: string;
  /** Jump hosts instead of the configured ones, nearest first, separated by commas (`ssh -J`). */
  readonly jump?: string;
  /** Further `Key=Value` options (`ssh -o`); one that weakens the check of host keys is refused. */
  readonly options?: readonly string[];
  /**
   * `accept-new` records the keys of the host and its jump hosts when they are not known yet; `known`
   * refuses them. @default "known", unless the user's configuration says StrictHostKeyChecking accept-new
   */
  readonly hostKeyPolicy?: "accept-new" | "known";
  /** Asks for passphrases and passwords; without it a login that needs one fails and says so. */
  readonly ask?: AskSecret;
  /**
   * Longest time for each connection and login, and again for the first shell. @default ConnectTimeout of ssh_config, or
   * 20_000; for the first shell the longer of both
   */
  readonly connectTimeoutMs?: number;
  /** Gives up connecting when it fires (INTERRUPTED); has no effect on an open transport. */
  readonly signal?: AbortSignal;
}
