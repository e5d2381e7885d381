export * from './doc-types/index.ts';
export * from './errors.ts';
