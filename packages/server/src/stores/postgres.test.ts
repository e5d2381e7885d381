import { after } from 'node:test';
import { needs } from '../../../../scripts/needs.ts';
import { postgresOfTests } from '../testing/engines.ts';
import { auditEntriesSuite } from './audit-entries.suite.ts';
import { queueingSuite } from './queueing.suite.ts';
import { sessionListsSuite } from './session-lists.suite.ts';
import { sessionsSuite } from './sessions.suite.ts';
import { turnsSuite } from './turns.suite.ts';
import { webhooksSuite } from './webhooks.suite.ts';

const postgres = postgresOfTests((t) => needs(t, 'initdb'));
after(() => postgres.remove());

for (const suite of [auditEntriesSuite, sessionListsSuite, sessionsSuite, turnsSuite, webhooksSuite, queueingSuite])
  suite(postgres);
