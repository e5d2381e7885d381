import { hash } from 'node:crypto';
import type { Caller } from '../../domain/api-key.ts';
import { AppError } from '../../domain/app-error.ts';
import type { Statement } from '../../storage/db.ts';
import type { AnswerKey } from '../../stores/idempotent-answers.ts';
import type { Deps } from '../deps.ts';

/** How long an answer is kept, ms. Published: whoever retries later makes a new session. */
const keptMs = 24 * 60 * 60_000;

/** A request with a key: what has to be the same for it to be the same request. */
export interface KeyedRequest {
  key: string;
  method: string;
  /** Path and query as they were sent. */
  address: string;
  /** Hex SHA-256 of the body's bytes. */
  bodyHash: string;
}

/** An answer as it went out: its status, the headers that belong to it alone, and its body to the byte. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** The session that it is about; null for none. */
  sessionId: string | null;
}

/** Requests under way by workspace, mode and key, each with its fingerprint. */
export type KeysUnderway = Map<string, string>;

/** What is sealed: the answer, and which request it belongs to. */
interface Sealed extends KeptAnswer {
  fingerprint: string;
}

/**
 * Does `work` for the first request with this key, and answers the later ones from what the first left behind
 * (draft-ietf-httpapi-idempotency-key-header-07 §2). Resolves to the kept answer of an earlier request, or to undefined
 * when `work` was done just now.
 *
 * `work` puts what `keep` hands it into the very commit that it tells of: so neither exists without the other, whatever
 * crashes. The commit is also the judge of a race, and the map only its quick foreboding. What fails keeps nothing, and
 * the key is free again.
 *
 * Rejects with `idempotency_key_reused` for another request, with `idempotency_in_progress` while the first is under way.
 */
export async function once(
  deps: Pick<Deps, 'stores' | 'seal' | 'now' | 'keysUnderway'>,
  caller: Caller,
  { key, method, address, bodyHash }: KeyedRequest,
  work: (keep: (answer: KeptAnswer) => Statement[]) => Promise<void>,
): Promise<KeptAnswer | undefined> {
  const answerKey: AnswerKey = { workspaceId: caller.workspaceId, mode: caller.mode, keyHash: hash('sha256', key) };
  const label = answerLabel(answerKey);
  const fingerprint = hash('sha256', `${method} ${address} ${bodyHash}`);

  const sealed = await deps.stores.idempotentAnswers.find(answerKey, deps.now());
  if (sealed !== undefined) {
    const { fingerprint: first, ...kept } = JSON.parse(deps.seal.openSmall(sealed, label).toString()) as Sealed;
    if (first !== fingerprint) throw new AppError('idempotency_key_reused');
    return kept;
  }
  const name = `${caller.workspaceId} ${label.objectId}`;
  const underway = deps.keysUnderway.get(name);
  if (underway !== undefined) {
    throw new AppError(underway === fingerprint ? 'idempotency_in_progress' : 'idempotency_key_reused');
  }
  deps.keysUnderway.set(name, fingerprint);
  try {
    await work((answer) => {
      const nowMs = deps.now();
      const sealedAnswer = deps.seal.sealSmall(JSON.stringify({ fingerprint, ...answer } satisfies Sealed), label);
      const kept = { sealedAnswer, sessionId: answer.sessionId, nowMs, expiresAtMs: nowMs + keptMs };
      return [deps.stores.idempotentAnswers.insertion(answerKey, kept)];
    });
  } finally {
    deps.keysUnderway.delete(name);
  }
  return undefined;
}

/** What a kept answer's seal is bound to. */
export function answerLabel({ workspaceId, mode, keyHash }: AnswerKey) {
  return { workspaceId, kind: 'idempotent-answer', objectId: `${mode} ${keyHash}`, version: 1 };
}
