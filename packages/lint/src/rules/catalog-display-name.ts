import type { Rule } from '../rule.js';
import { wantBuilderAnnotation } from './builder-annotation.js';

/** Finds builder tags without openshift.io/display-name. */
export const catalogDisplayName: Rule = wantBuilderAnnotation('openshift.io/display-name', {
  id: 'catalog-display-name',
  summary: 'A builder tag of a catalogue has a display name.',
  why: 'The console shows `openshift.io/display-name`; without it, the bare name of the stream and the tag.',
});
