import type { FastifyRequest } from 'fastify';
import { AppError } from '../domain/app-error.ts';

/**
 * Only a window that a person sees may come here: no frame, no script, no prefetch, which would use up what is good once, or
 * take EntityLocker's sign-in into a frame (acceptance C4). A browser too old to say what it is up to is let through.
 */
export async function topLevelOnly({ headers }: FastifyRequest): Promise<void> {
  const destination = headers['sec-fetch-dest'] ?? 'document';
  const isAhead = [headers['sec-purpose'], headers.purpose].some((purpose) =>
    String(purpose ?? '').includes('prefetch'),
  );
  if (destination !== 'document' || isAhead) throw new AppError('link_refused', { detail: 'not a window of its own' });
}
