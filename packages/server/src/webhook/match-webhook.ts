import {
  forbiddenError,
  matchesLabelSelector,
  type KubeObject,
  type LabelSelector,
} from '@imagestream/core';
import type { AdmissionWrite } from '../registry/admission.js';
import type { Webhook, WebhookRule } from './webhook-config.js';

/** The labels of a namespace; every one carries its name. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>>;

/**
 * Whether a webhook is to be asked about a write: by its rules, its selectors and then its conditions. Throws a StatusError
 * Forbidden when a condition cannot be evaluated and the failure policy is Fail, as the real server does.
 */
export function isAskedAbout(
  webhook: Webhook,
  write: AdmissionWrite,
  labelsOf: NamespaceLabels,
): boolean {
  if (!webhook.rules.some((rule) => matchesRule(rule, write))) return false;
  if (!matchesNamespace(webhook.namespaceSelector, write, labelsOf)) return false;
  if (!matchesObject(webhook.objectSelector, write)) return false;
  const result = webhook.matchConditions(write);
  if (result.type !== 'failed') return result.type === 'match';
  if (webhook.failurePolicy === 'Ignore') return false;
  const { group, resource } = write.resource;
  throw forbiddenError({ group, resource, name: write.name ?? '' }, result.message);
}

function matchesRule(
  { operations, apiGroups, apiVersions, resources, scope }: WebhookRule,
  { operation, resource, subResource = '', namespace = '' }: AdmissionWrite,
): boolean {
  const has = (list: readonly string[], text: string): boolean =>
    list.includes('*') || list.includes(text);
  const isNamespaced = namespace !== '';
  return (
    has(operations, operation) &&
    has(apiGroups, resource.group) &&
    has(apiVersions, resource.version) &&
    (scope === '*' || (scope === 'Namespaced') === isNamespaced) &&
    resources.some((pattern) => matchesResource(pattern, resource.resource, subResource))
  );
}

/** `pods` is the resource alone, `pods/status` a subresource, `pods/*` both, `*` every resource without its subresources. */
function matchesResource(pattern: string, resource: string, subresource: string): boolean {
  const [name = '', sub = ''] = pattern.split('/', 2);
  if (name !== '*' && name !== resource) return false;
  return sub === '*' || sub === subresource;
}

function matchesNamespace(
  selector: LabelSelector,
  { namespace = '' }: AdmissionWrite,
  labelsOf: NamespaceLabels,
): boolean {
  if (selector.length === 0 || namespace === '') return true;
  return matchesLabelSelector(selector, labelsOf(namespace));
}

/** Either object will do, so that nobody escapes by changing a label. */
function matchesObject(selector: LabelSelector, { object, oldObject }: AdmissionWrite): boolean {
  if (selector.length === 0) return true;
  const matches = (candidate: KubeObject | null | undefined): boolean =>
    candidate !== null &&
    candidate !== undefined &&
    matchesLabelSelector(selector, candidate.metadata.labels);
  return matches(object) || matches(oldObject);
}
