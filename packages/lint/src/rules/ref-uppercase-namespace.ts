import { defineRule, type Rule } from '../rule.js';
import { imageFrom } from './example.js';
import { BROKEN } from './severities.js';

/** Finds capitals in a first path component, which validation and import read differently. */
export const refUppercaseNamespace: Rule = defineRule({
  id: 'ref-uppercase-namespace',
  summary: 'The first part of a pull specification has no capitals, unless it is a registry.',
  why: 'Validation takes `Acme/app` for the namespace Acme on Docker Hub, the importer takes it for a host called Acme. No import succeeds.',
  severity: BROKEN,
  examples: { bad: [imageFrom('⟦Acme/app:v1⟧')], good: [imageFrom('docker.io/acme/app:v1')] },
  check({ tags, report }) {
    for (const { from } of tags) {
      const reference = from?.reference;
      if (from === undefined || reference === undefined || reference.registry !== '') continue;
      if (reference.namespace === reference.namespace.toLowerCase()) continue;
      const message = `${JSON.stringify(reference.namespace)} is a namespace to validation and a host to the importer`;
      const suggestion = (from.name ?? '').replace(
        reference.namespace,
        reference.namespace.toLowerCase(),
      );
      report({ path: [...from.path, 'name'], message, suggestion });
    }
  },
});
