import type { KubeObject } from '@imagestream/core';
import type { Admission } from '../registry/admission.js';
import { createWebhookAdmission } from '../webhook/create-webhook-admission.js';
import type { CommandLine } from './command-line.js';
import { readWebhookSources } from './read-webhooks.js';
import { createWebhookPost } from './webhook-post.js';

/**
 * The webhooks a command line names, asked over the network. Labels of namespaces are those of the seed. `log` is told of
 * failures that are to be ignored.
 *
 * Throws an InputFileError for a file that holds no webhooks.
 */
export function createCommandAdmission(
  { admissionWebhooks, admissionCaFile, admissionAddress }: CommandLine,
  { seed, log }: { readonly seed: readonly KubeObject[]; readonly log: (line: string) => void },
): Admission {
  const webhooks = readWebhookSources({
    sources: admissionWebhooks,
    ...(admissionCaFile === undefined ? {} : { caFile: admissionCaFile }),
    ...(admissionAddress === undefined ? {} : { serviceAddress: admissionAddress }),
  });
  const labels = new Map(
    seed
      .filter(({ kind }) => kind === 'Namespace')
      .map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
  );
  return createWebhookAdmission({
    webhooks,
    post: createWebhookPost(),
    namespaceLabels: (namespace) => labels.get(namespace) ?? {},
    onIgnored: (error) => log(`warning: ${error.message}`),
  });
}
