import { sqliteInMemory } from '../testing/engines.ts';
import { consentsSuite } from './consents.suite.ts';

consentsSuite(sqliteInMemory);
