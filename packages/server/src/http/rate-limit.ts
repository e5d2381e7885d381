import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../domain/app-error.ts';
import { callerOf } from './identity.ts';

/** Requests a minute and key (sandbox-api §6, §9 no. 26). */
export interface RateLimits {
  testPerMinute: number;
  livePerMinute: number;
}

/** Counts each key of this scope by itself. Register it after `requireCaller`: it counts callers, not addresses. */
export async function limitCallers(app: FastifyInstance, limits: RateLimits): Promise<void> {
  await app.register(rateLimit, {
    timeWindow: '1 minute',
    keyGenerator: (request) => callerOf(request).apiKeyId,
    max: (request) => (callerOf(request).mode === 'live' ? limits.livePerMinute : limits.testPerMinute),
    errorResponseBuilder: () => new AppError('rate_limited'),
  });
}
