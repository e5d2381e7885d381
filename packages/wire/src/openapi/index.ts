export * from './document.ts';
export * from './json-schema.ts';
export { operationIdOf } from './operation.ts';
