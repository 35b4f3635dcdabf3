export * from './json-patch.js';
export * from './merge-patch.js';
export * from './patch-error.js';
export { setOwn } from './json-value.js';
