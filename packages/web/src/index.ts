export { createEntityLocker, type EntityLocker } from './entity-locker.ts';
export type { EntityLockerEvent, EntityLockerEventType, EventOf, Outcome } from './events.ts';
export type { Brand, EntityLockerOptions, Labels, OpenOptions, Theme } from './options.ts';
