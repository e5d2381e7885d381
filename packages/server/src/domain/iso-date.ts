const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `DD-MM-YYYY`, `DD/MM/YYYY`, `1 July 2014`, `01-Jul-2014` or ISO, as an ISO day; null for what is no day of the calendar. */
export function isoDate(written: string | null): string | null {
  const iso = numbered(written ?? '') ?? named(written ?? '') ?? /^\d{4}-\d{2}-\d{2}/.exec(written ?? '')?.[0] ?? '';
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) && iso !== '' ? iso : null;
}

function numbered(written: string): string | undefined {
  const [, day, month, year] = /^(\d{2})[-/](\d{2})[-/](\d{4})$/.exec(written) ?? [];
  return year && `${year}-${month}-${day}`;
}

function named(written: string): string | undefined {
  const [, day = '', name = '', year] = /^(\d{1,2})[ -]([A-Za-z]{3,9})(?:[ -]|, ?)(\d{4})$/.exec(written) ?? [];
  const month = months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  return year && month > 0 ? `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}` : undefined;
}
