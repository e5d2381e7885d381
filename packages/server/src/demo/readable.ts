const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long ago, in words; the pages know no time zone of the reader's. */
export function ageText(ms: number): string {
  if (ms < minuteMs) return 'just now';
  if (ms < hourMs) return `${counted(Math.floor(ms / minuteMs), 'minute')} ago`;
  if (ms < dayMs) return `${counted(Math.floor(ms / hourMs), 'hour')} ago`;
  return `${counted(Math.floor(ms / dayMs), 'day')} ago`;
}

/** A file's size as people read it, in steps of 1000. */
export function sizeText(bytes: number): string {
  return bytes < 1000 ? counted(bytes, 'byte') : `${(bytes / 1000).toFixed(1)} kB`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
