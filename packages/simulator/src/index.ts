export type { SimulatorClient } from './clients.ts';
export { listPersonas, PersonaError, type PersonaSummary } from './personas/people.ts';
export { createSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';
