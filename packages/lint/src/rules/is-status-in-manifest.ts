import { isJsonObject } from '@imagestream/core';
import { defineRule, type Rule } from '../rule.js';
import { isDump } from '../read/dump.js';
import { stream } from './example.js';
import { GITOPS } from './severities.js';

/** Finds a status in a file that is to be applied. */
export const isStatusInManifest: Rule = defineRule({
  id: 'is-status-in-manifest',
  summary: 'A file that is to be applied has no `status`.',
  why: 'The server throws the status of a request away, so that it says nothing but what once was. In a repository it shows up as a difference to the cluster for ever. What `oc get -o yaml` prints may of course have one.',
  kinds: ['ImageStream'],
  severity: GITOPS,
  fixable: true,
  examples: {
    bad: [stream('⟦status⟧:\n  dockerImageRepository: registry.example.com/web/app')],
    good: [stream('spec:\n  lookupPolicy:\n    local: true')],
  },
  check({ object, manifest, report }) {
    if (!Object.hasOwn(object, 'status') || isDump(manifest)) return;
    const status = object['status'];
    if (status !== null && !isJsonObject(status)) return;
    report({
      path: ['status'],
      at: 'key',
      message: 'is thrown away when the stream is created or updated',
      fix: { type: 'remove', path: ['status'] },
    });
  },
});
