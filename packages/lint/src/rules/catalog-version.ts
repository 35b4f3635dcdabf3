import type { Rule } from '../rule.js';
import { wantBuilderAnnotation } from './builder-annotation.js';

/** Finds builder tags without version. */
export const catalogVersion: Rule = wantBuilderAnnotation('version', {
  id: 'catalog-version',
  summary: 'A builder tag of a catalogue says its version.',
  why: 'The console lists the versions of a builder by this annotation; without it, all look the same.',
});
