export type { SimulatorClient } from './clients.ts';
export { listPersonas, PersonaError, type PersonaSummary } from './personas/people.ts';
export type { Variants } from './personas/persona.ts';
export type { ProfileName } from './profile.ts';
export type { Disturbance, FaultAnswer } from './scenarios/effect.ts';
export type { Pace } from './scenarios/play.ts';
export { listScenarios, type ScenarioSummary } from './scenarios/published.ts';
export type { QueuedAnswer, QueueEntry, QueueMatch, ResetScope } from './scenarios/queue.ts';
export { createSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';
