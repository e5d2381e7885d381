/** What one look of the doctor found. `fault`: something is broken or unsafe now; `warning`: it may become so. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'fault' | 'skipped';
  /** One sentence, with figures and units, and what to do where something is to be done. */
  text: string;
}

export const ok = (check: string, text: string): Finding => ({ check, state: 'ok', text });
export const warning = (check: string, text: string): Finding => ({ check, state: 'warning', text });
export const fault = (check: string, text: string): Finding => ({ check, state: 'fault', text });
export const skipped = (check: string, text: string): Finding => ({ check, state: 'skipped', text });

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
