import type { Rule } from '../rule.js';
import { wantBuilderAnnotation } from './builder-annotation.js';

/** Finds builder tags without iconClass. */
export const catalogIcon: Rule = wantBuilderAnnotation('iconClass', {
  id: 'catalog-icon',
  summary: 'A builder tag of a catalogue has an icon.',
  why: 'The console shows the icon of `iconClass`, such as `icon-nodejs`; without it, a grey box.',
});
