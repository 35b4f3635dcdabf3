import type { Rule } from '../rule.js';
import { wantBuilderAnnotation } from './builder-annotation.js';

/** Finds builder tags without description. */
export const catalogDescription: Rule = wantBuilderAnnotation('description', {
  id: 'catalog-description',
  summary: 'A builder tag of a catalogue has a description.',
  why: 'The console shows it beside the name, and people search it.',
});
