import { sqliteInMemory } from '../testing/engines.ts';
import { sessionsSuite } from './sessions.suite.ts';

sessionsSuite(sqliteInMemory);
