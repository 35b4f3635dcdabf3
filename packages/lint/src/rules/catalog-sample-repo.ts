import type { Rule } from '../rule.js';
import { wantBuilderAnnotation } from './builder-annotation.js';

/** Finds builder tags without sampleRepo. */
export const catalogSampleRepo: Rule = wantBuilderAnnotation('sampleRepo', {
  id: 'catalog-sample-repo',
  summary: 'A builder tag of a catalogue has a sample.',
  why: 'The console offers `sampleRepo` as something to try, and `oc new-app` has an example to point to.',
});
