/**
 * Where a request may go whose URL somebody else chose, beside public addresses.
 */
export interface Targets {
  /** Ranges in CIDR notation, or single addresses, that may be reached although not public. */
  readonly privateTargets: readonly string[];
  /** Ports this gateway listens on, which are never reached, whatever was opened. Asked at every connection. */
  readonly ownPorts: () => readonly number[];
}
