import type { FastifyRequest } from 'fastify';
import { AppError } from '../domain/app-error.ts';

/** A person under way, as far as the browser tells: no frame or image, no script, and nothing fetched in advance. */
export function isTopLevel({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const purpose = `${headers['sec-purpose'] ?? ''} ${headers.purpose ?? ''}`;
  return (
    (headers['sec-fetch-mode'] ?? 'navigate') === 'navigate' &&
    (headers['sec-fetch-dest'] ?? 'document') === 'document' &&
    !purpose.includes('prefetch')
  );
}

/**
 * A page that somebody looks at, at top level or in a frame. Programs that fetch a link to show a preview of it name no language,
 * as every browser does; what they fetch counts for nothing.
 */
export function isLookedAt({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const inFrame = {
    ...headers,
    'sec-fetch-dest': headers['sec-fetch-dest'] === 'iframe' ? 'document' : headers['sec-fetch-dest'],
  };
  return headers['accept-language'] !== undefined && isTopLevel({ headers: inFrame });
}

/**
 * Only a window that a person sees may come here: anything else would use up what is good once, or take EntityLocker's
 * sign-in into a frame (acceptance C4). A browser too old to say what it is up to is let through.
 */
export async function topLevelOnly(request: FastifyRequest): Promise<void> {
  if (!isTopLevel(request)) throw new AppError('link_refused', { detail: 'not a window of its own' });
}
