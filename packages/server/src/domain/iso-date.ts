/** `DD-MM-YYYY`, `DD/MM/YYYY` or ISO, as an ISO day; null for what is no day of the calendar. */
export function isoDate(written: string | null): string | null {
  const [, day, month, year] = /^(\d{2})[-/](\d{2})[-/](\d{4})$/.exec(written ?? '') ?? [];
  const iso = year ? `${year}-${month}-${day}` : (/^\d{4}-\d{2}-\d{2}/.exec(written ?? '')?.[0] ?? '');
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) && iso !== '' ? iso : null;
}
