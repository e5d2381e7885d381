import type { FastifyInstance, FastifyReply } from 'fastify';
import { apiKeyPattern } from '../domain/api-key.ts';
import { AppError } from '../domain/app-error.ts';
import type { Mode } from '../domain/session.ts';
import type { RateStore, Use } from '../storage/rate-store.ts';
import { callerOf } from './identity.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** Requests a minute and key (sandbox-api §6, §9 no. 26). */
export interface RateLimits {
  testPerMinute: number;
  livePerMinute: number;
}

const windowMs = 60_000;

/** Counts each key of this scope by itself. Call it after `requireCaller`: it counts callers, not addresses. */
export function limitCallers(app: FastifyInstance, rates: RateStore, limits: RateLimits): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { apiKeyId, mode } = callerOf(request);
    const rule = { policy: 'default', quota: quotaOf(limits, mode) };
    const use = rates.take({ policy: rule.policy, key: apiKeyId }, windowMs, rule.quota);
    if (use instanceof Promise) use.then((counted) => done(spend(reply, rule, counted)), done);
    else done(spend(reply, rule, use));
  });
}

/** Calls a minute from the page of one session, however many keys or tabs it has: a poll a second and what people do. */
const pageCallsPerMinute = 120;

/** Counts each session of this scope by itself, so that a page that polls costs its integrator nothing. */
export function limitPages(app: FastifyInstance, rates: RateStore): void {
  app.addHook<{ Params: { session_id: string } }>('onRequest', async (request, reply) => {
    const rule = { policy: 'page', quota: pageCallsPerMinute };
    const refusal = spend(
      reply,
      rule,
      await rates.take({ policy: rule.policy, key: request.params.session_id }, windowMs, rule.quota),
    );
    if (refusal) throw refusal;
  });
}

/** Tokens last a day, so this is far beyond what an honest client asks for. */
const authenticateFactor = 10;
/** Wrong secrets a minute for one key from one address; elsewhere the owner of the key goes on undisturbed (A7). */
const guessesPerKey = 10;
/** … and for all keys together from one address: several integrators may share one. */
const guessesPerAddress = 50;

/**
 * The limits of `/authenticate`. Right secrets count for their key, wrong ones for the address alone: whoever knows
 * nothing but a key's id must not be able to lock its owner out. `address` is null where nobody knows who calls.
 */
export function limitAuthentication(rates: RateStore, limits: RateLimits) {
  const guesses = (address: string, apiKeyId: string) => {
    // What is no key id may be of any length, and all of it is one guess at nothing.
    const key = apiKeyPattern.test(apiKeyId) ? apiKeyId : 'none';
    return [
      { bucket: { policy: 'guess', key: `${address} ${key}` }, quota: guessesPerKey },
      { bucket: { policy: 'guess-address', key: address }, quota: guessesPerAddress },
    ];
  };
  const inTurn = oneAtATime();
  const beforeSecret = async (address: string, apiKeyId: string) => {
    for (const { bucket, quota } of guesses(address, apiKeyId)) {
      const use = await rates.look(bucket, windowMs);
      if (use.used >= quota) throw tooMany(use);
    }
  };
  const wrongSecret = async (address: string, apiKeyId: string) => {
    for (const { bucket, quota } of guesses(address, apiKeyId)) await rates.take(bucket, windowMs, quota);
  };
  return {
    /**
     * What `judge` makes of a secret. Throws `rate_limited`, before anything is looked up, for an address that has guessed too often: secrets
     * from one address are judged one after the other, or all that come at once would be judged before the first is counted.
     */
    async judged<Result>(
      { address, apiKeyId }: { address: string | null; apiKeyId: string },
      judge: () => Promise<Result>,
    ): Promise<Result> {
      if (address === null) return judge();
      return inTurn(address, async () => {
        await beforeSecret(address, apiKeyId);
        try {
          return await judge();
        } catch (error) {
          if (error instanceof AppError && error.code === 'unauthorized') await wrongSecret(address, apiKeyId);
          throw error;
        }
      });
    },
    /** Throws `rate_limited` for a key that asks for tokens without end. */
    async rightSecret(reply: FastifyReply, { apiKeyId, mode }: { apiKeyId: string; mode: Mode }): Promise<void> {
      const rule = { policy: 'authenticate', quota: authenticateFactor * quotaOf(limits, mode) };
      const refusal = spend(
        reply,
        rule,
        await rates.take({ policy: rule.policy, key: apiKeyId }, windowMs, rule.quota),
      );
      if (refusal) throw refusal;
    },
  };
}

function quotaOf(limits: RateLimits, mode: Mode): number {
  return mode === 'live' ? limits.livePerMinute : limits.testPerMinute;
}

/** Shows where the caller stands (draft-ietf-httpapi-ratelimit-headers-10 §3, §4), and refuses what is too much. */
function spend(reply: FastifyReply, { policy, quota }: { policy: string; quota: number }, use: Use) {
  reply.header('ratelimit-policy', `"${policy}";q=${quota};w=${windowMs / 1000}`);
  reply.header('ratelimit', `"${policy}";r=${Math.max(0, quota - use.used)};t=${secondsLeft(use)}`);
  return use.used > quota ? tooMany(use) : undefined;
}

function tooMany(use: Use): AppError {
  return new AppError('rate_limited', { retryAfterSeconds: secondsLeft(use) });
}

/** Whole seconds, rounded up: whoever waits so long finds the new window. */
function secondsLeft({ resetsInMs }: Use): number {
  return Math.max(1, Math.ceil(resetsInMs / 1000));
}
