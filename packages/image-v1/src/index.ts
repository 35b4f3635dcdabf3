export type * from './gen/kinds.js';
export type * from './gen/create.js';
export * from './gen/resources.js';
export * from './gen/guards.js';
