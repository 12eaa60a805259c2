/**
 * What the doctor says of one thing he looked at.
 */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'broken';
  readonly detail: string;
  readonly mend?: string;
}

export const ok = (what: string, detail: string): Finding => ({ what, state: 'ok', detail });
export const warning = (what: string, detail: string, mend: string): Finding => ({
  what,
  state: 'warning',
  detail,
  mend,
});
export const broken = (what: string, detail: string, mend: string): Finding => ({
  what,
  state: 'broken',
  detail,
  mend,
});
