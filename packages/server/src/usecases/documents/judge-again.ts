import type { Document, HeldFile } from '../../domain/document.ts';
import type { Deps } from '../deps.ts';
import { recordOfSession } from '../events/record.ts';
import { heldBytes } from './held-bytes.ts';

/**
 * Judges documents again whose verdict says that our verifier broke and nothing about them. Another verdict takes the place of
 * the first, with a line in the timeline and an event; after the last try `unreadable` stays.
 */
export async function judgeAgain(deps: Deps, limit: number): Promise<void> {
  const { stores, now } = deps;
  for (const broken of await stores.verdicts.broken(now(), limit)) {
    if (deps.background.stopping) return;
    const document = await stores.documents.find(broken.documentId);
    if (document?.state !== 'held' || !document.held) {
      await stores.commit([stores.verdicts.giveUp(broken.documentId)]);
      continue;
    }
    const isJudged = await judgeHeld(deps, broken, document, document.held).catch((error: unknown) => {
      const cause = error instanceof Error ? error.stack : undefined;
      deps.log.error({ document: document.id, cause }, 'a document could not be judged again');
      return false;
    });
    // A try all the same: a file that cannot be read must not stand before all others for ever.
    if (!isJudged) await stores.commit([stores.verdicts.failedTry(broken, now())]);
  }
}

async function judgeHeld(
  deps: Deps,
  broken: { documentId: string; tries: number },
  document: Document,
  held: HeldFile,
): Promise<boolean> {
  const { stores } = deps;
  const session = await stores.sessions.find(document.sessionId);
  const bytes = await heldBytes(deps, document, held);
  if (!session || !bytes) return false;
  const judgedAtMs = deps.now();
  const order = { store: session.mode, judgedAtMs, document: document.upstreamCode };
  const judgement = await deps.verifier.judge(bytes, order);
  const { state, reason } = judgement.verdict;
  await stores.commit([
    // Judging takes a while: nothing may be said of a document that was erased meanwhile.
    stores.documents.stillHeld(document.id, held.blob),
    ...(await stores.verdicts.replacement(broken, judgement)),
    stores.audit.insertion(session, {
      atMs: judgedAtMs,
      actor: 'system',
      action: 'document.judged',
      detail: [document.docType, state, reason].filter(Boolean).join(' '),
    }),
    ...(reason === 'verifier_failed'
      ? []
      : recordOfSession(deps, session, {
          type: 'entitylocker.document.available',
          atMs: judgedAtMs,
          details: { document: { id: document.id, type: document.docType, verdict: state } },
        })),
  ]);
  return true;
}
