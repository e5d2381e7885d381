import { type Locale, locales } from '@tijori/wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../domain/session.ts';
import type { Appearance } from '../pages/layout.ts';
import { preferredLocale } from './preferred-locale.ts';

const localeCookie = 'tijori_locale';
const themeCookie = 'tijori_theme';
const seedPattern = /^[0-9a-f]{6}$/i;

/** What an address may say about how its page looks and speaks. */
export interface AppearanceQuery {
  /** The person's own choice, from the page's language switch. */
  lang?: string;
  /** `theme.seed` of the integrator's page, without its `#`. */
  seed?: string;
  /** `theme.mode` of the integrator's page. */
  mode?: string;
}

/**
 * How a page looks and speaks. The language: what the person chose here, then before in this browser, then what the session
 * says, then what the browser prefers, then the first of ours. Whatever is none of ours counts as not said.
 */
export function appearanceOf(request: FastifyRequest, session?: Pick<Session, 'locale'>): Appearance {
  const query = request.query as AppearanceQuery;
  const cookies: Readonly<Record<string, string | undefined>> = request.cookies ?? {};
  const [seed, mode] = themeOf(query) ?? themeOf(new URLSearchParams(cookies[themeCookie])) ?? [];
  return {
    locale:
      knownLocale(query.lang) ??
      knownLocale(cookies[localeCookie]) ??
      session?.locale ??
      preferredLocale(request.headers['accept-language']),
    seed,
    mode,
    inLocale: request.method === 'GET' ? (locale) => addressIn(request, locale) : undefined,
  };
}

/** Keeps, in this browser alone, what the address said: the language everywhere, the theme for this session. */
export function rememberAppearance(
  request: FastifyRequest,
  reply: FastifyReply,
  { sessionId, secure }: { sessionId: string; secure: boolean },
): void {
  const query = request.query as AppearanceQuery;
  const options = { httpOnly: true, sameSite: 'lax', secure } as const;
  rememberLocale(request, reply, secure);
  const [seed, mode] = themeOf(query) ?? [];
  if (seed || mode) {
    const theme = new URLSearchParams({ ...(seed && { seed }), ...(mode && { mode }) });
    reply.setCookie(themeCookie, theme.toString(), { ...options, path: `/consent/${sessionId}` });
  }
}

/** The language alone, for a page of no session. */
export function rememberLocale(request: FastifyRequest, reply: FastifyReply, secure: boolean): void {
  const locale = knownLocale((request.query as AppearanceQuery).lang);
  if (locale) reply.setCookie(localeCookie, locale, { httpOnly: true, sameSite: 'lax', secure, path: '/' });
}

/** A language of ours, with its country or without (`hi`), or nothing. */
export function knownLocale(value: unknown): Locale | undefined {
  return locales.find((locale) => locale === value || locale.split('-')[0] === value);
}

type Theme = [seed: string | undefined, mode: 'light' | 'dark' | undefined];

function themeOf(given: AppearanceQuery | URLSearchParams): Theme | undefined {
  const [seed, mode] =
    given instanceof URLSearchParams ? [given.get('seed'), given.get('mode')] : [given.seed, given.mode];
  const theme: Theme = [
    typeof seed === 'string' && seedPattern.test(seed) ? seed.toLowerCase() : undefined,
    mode === 'light' || mode === 'dark' ? mode : undefined,
  ];
  return theme[0] || theme[1] ? theme : undefined;
}

/** The same address with another language in its query. */
function addressIn({ raw }: FastifyRequest, locale: Locale): string {
  const [path = '/', query = ''] = (raw.url ?? '/').split('?', 2);
  const params = new URLSearchParams(query);
  params.set('lang', locale);
  return `${path}?${params}`;
}
