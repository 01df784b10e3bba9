/** Sources whose content is known. */
export interface SourceIdentity {
  /** Name of their directory below `sources`; stays the same when a tree of the user is edited. */
  readonly key: string;
  /** Of their content. */
  readonly digest: string;
  /** A tree of the controller, and where it is. */
  readonly tree?: string;
}
