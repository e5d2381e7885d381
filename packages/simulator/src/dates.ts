/** `2019-04-01` → `01-04-2019`, the certificate's and the list's way (entitylocker-upstream §4.1). */
export function dayMonthYear(isoDate: string): string {
  return isoDate.split('-').reverse().join('-');
}

/** `1984-02-29` → `29021984`, the way of a person's date of birth (entitylocker-upstream §1.3). */
export function ddmmyyyy(isoDate: string): string {
  return isoDate.split('-').reverse().join('');
}

// Made once, since making one takes longer than all else on a page, and not before one is needed: it would hold up the start.
let days: Intl.DateTimeFormat | undefined;
let moments: Intl.DateTimeFormat | undefined;

/** `2019-04-01` → `1 April 2019`, for people. */
export function longDate(isoDate: string): string {
  days ??= new Intl.DateTimeFormat('en-IN', { dateStyle: 'long', timeZone: 'UTC' });
  return days.format(new Date(`${isoDate}T00:00:00Z`));
}

/** A moment for people, in Indian time and saying so. */
export function longMoment(ms: number): string {
  moments ??= new Intl.DateTimeFormat('en-IN', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Kolkata' });
  return `${moments.format(new Date(ms))} IST`;
}

/** True for a day that exists, written `YYYY-MM-DD`. */
export function isIsoDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
