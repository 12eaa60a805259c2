/**
 * What is wrong with a configuration, said so that a person can mend it: every fault at once, each with its name, what
 * is wrong with the value, and what to do. Values of secret settings are never repeated.
 */
export interface Fault {
  /** The setting as the person wrote it: `CLAWGATE_PORT`, `logLevel`, `connections.acme.driver`. */
  readonly name: string;
  /** Reads on from the name: `is "abc", which is no port`. */
  readonly problem: string;
  /** An imperative: `Give a whole number from 0 to 65535`. */
  readonly mend: string;
}

/** The configuration cannot be used; thrown once, with every fault found. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ name, problem, mend }) => `${name} ${problem}. ${mend}.`).join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const shownCharacters = 60;

/** A value as a message may repeat it: quoted, on one line, cut short, a URL without its credentials. */
export function shown(value: unknown): string {
  const text = (JSON.stringify(value) ?? String(value)).replaceAll(/\/\/[^/@\s]*@/g, '//…@');
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters - 1)}…` : text;
}
