import { dayMonthYear } from './dates.ts';
import type { Variants } from './personas/persona.ts';

export type ProfileName = '2021' | 'v2';

/** How the locker's documented drift is played (entitylocker-upstream §9 nos. 7 and 12): one object, one variant. */
export interface Profile {
  /** Status of faults inside the locker or at an issuer: 500 in the 2021 style, 530 in v2 (§2.6). */
  internalStatus: number;
  /** Status where an issuer is switched off: 503 in the 2021 style, 530 in v2 (§2.6). */
  inactiveStatus: number;
  variants: Variants;
}

const defaultVariants: Variants = { mime: 'list', date: 'd-m-Y', status: 'usual' };

export function profileOf(name: ProfileName = 'v2', variants: Partial<Variants> = {}): Profile {
  const isOld = name === '2021';
  return {
    internalStatus: isOld ? 500 : 530,
    inactiveStatus: isOld ? 503 : 530,
    variants: { ...defaultVariants, ...variants },
  };
}

/** `application/xml,application/pdf`: clients treat the text as text, so it holds all of them (§2.4). */
export function mimeField(mimes: readonly string[], { mime }: Variants): string | readonly string[] {
  return mime === 'list' ? mimes : mimes.join(',');
}

/** `01-04-2019`, or the ISO time that personal lockers show (§2.4). */
export function dateField(isoDate: string, { date }: Variants): string {
  return date === 'iso' ? `${isoDate}T00:00:00+05:30` : dayMonthYear(isoDate);
}
