import { dayMonthYear } from './dates.ts';

/** How the locker's documented drift is played (entitylocker-upstream §9 nos. 7 and 12): one object, one variant. */
export interface Profile {
  mime(mimes: readonly string[]): string | readonly string[];
  date(isoDate: string): string;
  /** Status of faults inside the locker or at an issuer: 500 and 503 in the 2021 style, 530 in v2. */
  internalStatus: number;
  unavailableStatus: number;
}

export const defaultProfile: Profile = {
  mime: (mimes) => mimes,
  date: dayMonthYear,
  internalStatus: 530,
  unavailableStatus: 530,
};
