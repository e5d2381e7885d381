import { sqliteInMemory } from '../testing/engines.ts';
import { turnsSuite } from './turns.suite.ts';

turnsSuite(sqliteInMemory);
