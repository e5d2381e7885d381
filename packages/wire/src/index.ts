export * from './delivery-faults.ts';
export * from './doc-types/index.ts';
export * from './endpoints/index.ts';
export * from './envelope.ts';
export * from './errors.ts';
export * from './problem.ts';
export * from './status-reasons.ts';
