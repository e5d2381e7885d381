import { sqliteInMemory } from '../testing/engines.ts';
import { webhooksSuite } from './webhooks.suite.ts';

webhooksSuite(sqliteInMemory);
