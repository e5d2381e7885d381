import { answersLabel } from '../../domain/delivery.ts';
import { documentLabel } from '../../domain/document.ts';
import type { Mode } from '../../domain/session.ts';
import { endpointLabel } from '../../domain/webhook-endpoint.ts';
import type { Row } from '../../storage/db.ts';
import type { SealedColumn } from '../../stores/sealed-texts.ts';
import type { SealContext } from '../../vault/seal.ts';
import { evidenceKeyLabel } from '../evidence/signing-key.ts';
import { answerLabel } from '../idempotency/once.ts';
import { secretLabel, verifierLabel } from '../journey/attempt.ts';

interface LabelledColumn extends SealedColumn {
  /** What the text of a row is bound to. */
  label(row: Row): SealContext;
}

const ofSession = (table: string) => `join sessions on sessions.id = ${table}.session_id`;
const workspaceOf = (row: Row) => ({ workspaceId: String(row.workspace_id) });

/** Every column that a master key protects. What is sealed somewhere else would be lost with the old key: a test looks. */
export const sealedColumns: readonly LabelledColumn[] = [
  {
    table: 'documents',
    column: 'wrapped_key',
    key: ['id'],
    also: ['workspace_id'],
    label: (row) => documentLabel({ ...workspaceOf(row), id: String(row.id) }),
  },
  ...(['grant', 'profile'] as const).map((kind) => ({
    table: 'session_secrets',
    column: `sealed_${kind}`,
    key: ['session_id'],
    also: ['sessions.workspace_id'],
    join: ofSession('session_secrets'),
    label: (row: Row) => secretLabel({ ...workspaceOf(row), id: String(row.session_id) }, kind),
  })),
  {
    table: 'evidence_keys',
    column: 'sealed_private_jwk',
    key: ['kid'],
    also: [],
    label: (row) => evidenceKeyLabel(String(row.kid)),
  },
  {
    table: 'consent_parties',
    column: 'sealed_parties',
    key: ['session_id'],
    also: ['sessions.workspace_id'],
    join: ofSession('consent_parties'),
    label: (row) => secretLabel({ ...workspaceOf(row), id: String(row.session_id) }, 'parties'),
  },
  {
    table: 'upstream_revocations',
    column: 'sealed_grant',
    key: ['id'],
    also: ['workspace_id', 'session_id'],
    label: (row) => secretLabel({ ...workspaceOf(row), id: String(row.session_id) }, 'grant'),
  },
  {
    table: 'authorization_attempts',
    column: 'sealed_verifier',
    key: ['state_hash'],
    also: ['sessions.workspace_id'],
    join: ofSession('authorization_attempts'),
    label: (row) => verifierLabel(workspaceOf(row), String(row.state_hash)),
  },
  {
    table: 'idempotent_answers',
    column: 'sealed_answer',
    key: ['workspace_id', 'mode', 'key_hash'],
    also: [],
    label: (row) => answerLabel({ ...workspaceOf(row), mode: row.mode as Mode, keyHash: String(row.key_hash) }),
  },
  {
    table: 'webhook_endpoints',
    column: 'sealed_secrets',
    key: ['id'],
    also: ['workspace_id'],
    label: (row) => endpointLabel({ ...workspaceOf(row), id: String(row.id) }),
  },
  {
    table: 'webhook_deliveries',
    column: 'sealed_answers',
    key: ['endpoint_id', 'event_id'],
    also: ['webhook_endpoints.workspace_id'],
    join: 'join webhook_endpoints on webhook_endpoints.id = webhook_deliveries.endpoint_id',
    label: (row) =>
      answersLabel(String(row.workspace_id), { endpointId: String(row.endpoint_id), eventId: String(row.event_id) }),
  },
];
