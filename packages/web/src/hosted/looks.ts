import type { MessageOf, pageToFrame } from '../page-messages.ts';

/** How our frame looks on an integrator's page: in its colours and language, with its brand beside the registered name. */
export type Hello = Extract<MessageOf<typeof pageToFrame>, { type: 'tijori.hello' }>;

/** What the address of this page says of its look (`http/appearance.ts` reads it), part by part, for the pages that follow it. */
export function lookNow(): string[] {
  return location.search
    .slice(1)
    .split('&')
    .filter((part) => part && !part.startsWith('key='));
}

/** What this page's address must say of its look to be as the integrator's page wants it, unless the person chose otherwise here. */
export function addressWith({ mode, seed, locale }: Hello): string | undefined {
  if (!mode && !seed && !locale) return undefined;
  const query = new URLSearchParams(location.search);
  const { size } = query;
  const wish = (name: string, value: string) => value !== '' && !query.has(name) && query.set(name, value);
  wish('lang', locale);
  wish('seed', /^#[0-9a-f]{6}$/i.test(seed) ? seed.slice(1) : '');
  wish('mode', mode);
  return query.size > size ? `?${query}` : undefined;
}

/** Words are the server's: a page in another language is asked for once more, as long as nothing is shown. */
export function isOtherLanguage({ locale }: Hello): boolean {
  const { lang } = document.documentElement;
  const isSaid = new URLSearchParams(location.search).has('lang');
  return locale !== '' && !isSaid && !`${lang}-`.startsWith(`${locale}-`);
}

/** The colours that the address says, in the page that is there already; done once they are to be seen. */
export async function colour(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const { dataset } = document.documentElement;
  const mode = query.get('mode');
  if (mode) dataset.mode = mode;
  const seed = query.get('seed')?.toLowerCase();
  if (!seed || !/^[0-9a-f]{6}$/.test(seed) || dataset.seed === seed) return;
  dataset.seed = seed;
  const sheet = document.createElement('link');
  sheet.rel = 'stylesheet';
  sheet.href = `/assets/theme/${seed}.css`;
  await new Promise((done) => {
    sheet.onload = sheet.onerror = done;
    document.head.append(sheet);
  });
}

/** Decoration that the page asked for: beside the registered name, never in its place. */
export function dress({ brand }: Hello): void {
  if (brand === '') return;
  for (const part of document.querySelectorAll<HTMLElement>('[data-brand]')) {
    part.textContent = brand.slice(0, 80);
    part.hidden = false;
  }
}

/** The logo, fetched and drawn anew by the server; one that cannot be had leaves no gap. */
export function hang(address: string): void {
  for (const picture of document.querySelectorAll<HTMLImageElement>('[data-logo]')) {
    if (picture.getAttribute('src') === address) continue;
    picture.onload = () => {
      picture.hidden = false;
    };
    picture.src = address;
  }
}
