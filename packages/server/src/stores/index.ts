import type { Db } from '../storage/db.ts';
import { apiKeysStore } from './api-keys.ts';
import { auditEntriesStore } from './audit-entries.ts';
import { auditTreesStore } from './audit-trees.ts';
import { authorizationAttemptsStore } from './authorization-attempts.ts';
import { browserTicketsStore } from './browser-tickets.ts';
import { consentsStore } from './consents.ts';
import { documentEnds } from './document-ends.ts';
import { documentsStore } from './documents.ts';
import { eventsStore } from './events.ts';
import { evidenceKeysStore } from './evidence-keys.ts';
import { idempotentAnswersStore } from './idempotent-answers.ts';
import { lateDocuments } from './late-documents.ts';
import { revocationsStore } from './revocations.ts';
import { sdkBindingsStore } from './sdk-bindings.ts';
import { sealedTextsStore } from './sealed-texts.ts';
import { sessionConsents } from './session-consents.ts';
import { sessionEnds } from './session-ends.ts';
import { sessionLists } from './session-lists.ts';
import { sessionReset } from './session-reset.ts';
import { sessionSecretsStore } from './session-secrets.ts';
import { sessionSweeps } from './session-sweeps.ts';
import { sessionsStore } from './sessions.ts';
import { settingsStore } from './settings.ts';
import { turnsStore } from './turns.ts';
import { verdictsStore } from './verdicts.ts';
import { webhookDeliveriesStore } from './webhook-deliveries.ts';
import { webhookEndpointsStore } from './webhook-endpoints.ts';
import { webhookQueuesStore } from './webhook-queues.ts';
import { workspacesStore } from './workspaces.ts';

/**
 * All stores over one database. They read by themselves; what they would write they hand out as statements, so that a
 * use case puts everything that belongs together into one `commit`.
 */
export function openStores(db: Db) {
  return {
    workspaces: workspacesStore(db),
    apiKeys: apiKeysStore(db),
    sessions: {
      ...sessionsStore(db),
      ...sessionLists(db),
      ...sessionSweeps(db),
      ...sessionReset(),
      ...sessionEnds(),
      ...sessionConsents(),
    },
    audit: auditEntriesStore(db),
    auditTrees: auditTreesStore(db),
    evidenceKeys: evidenceKeysStore(db),
    events: eventsStore(db),
    attempts: authorizationAttemptsStore(db),
    bindings: sdkBindingsStore(db),
    tickets: browserTicketsStore(db),
    revocations: revocationsStore(db),
    secrets: sessionSecretsStore(db),
    consents: consentsStore(db),
    documents: { ...documentsStore(db), ...lateDocuments(db), ...documentEnds() },
    verdicts: verdictsStore(db),
    idempotentAnswers: idempotentAnswersStore(db),
    sealedTexts: sealedTextsStore(db),
    webhookEndpoints: webhookEndpointsStore(db),
    webhookDeliveries: webhookDeliveriesStore(db),
    webhookQueues: webhookQueuesStore(db),
    settings: settingsStore(db),
    turns: turnsStore(),
    commit: db.commit,
  };
}

export type Stores = ReturnType<typeof openStores>;
