/** Reads webhook configurations as clusters take them; one file since it is one format. */
import { isJsonObject, type LabelRequirement, type LabelSelector } from '@imagestream/core';
import { compileConditions, type MatchConditions } from './match-conditions.js';

/** A webhook configuration that cannot be used here; the message says where and why. */
export class WebhookConfigError extends Error {
  override readonly name: string = 'WebhookConfigError';
}

/** Which requests a webhook is asked about. */
export interface WebhookRule {
  readonly operations: readonly string[];
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  readonly scope: 'Cluster' | 'Namespaced' | '*';
}

/** One webhook, checked and with defaults filled in. */
export interface Webhook {
  readonly type: 'mutating' | 'validating';
  readonly name: string;
  readonly url: string;
  /** PEM; absent = whom the machine trusts. */
  readonly caBundle?: string;
  readonly rules: readonly WebhookRule[];
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly timeoutSeconds: number;
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  readonly matchConditions: MatchConditions;
  /** Whether a mutating webhook is asked again when a later one changed the object. */
  readonly reinvocation: 'Never' | 'IfNeeded';
}

/** What configurations leave open outside a cluster. */
export interface WebhookConfigOptions {
  /** `host:port` that calls to Services go to. */
  readonly serviceAddress?: string;
  /** Whom to trust where a configuration names no `caBundle`, in PEM. */
  readonly caBundle?: string;
}

/** What every write of the group is, and what webhooks given by URL alone are asked about. */
const ALL_WRITES: WebhookRule = {
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  apiGroups: ['image.openshift.io'],
  apiVersions: ['v1'],
  resources: ['*'],
  scope: '*',
};

/**
 * The webhooks behind a URL: one of one sort when its path ends in `/mutate` or `/validate`, else both below it. They are asked
 * about every write, and must answer. Throws a WebhookConfigError for a URL that is not https.
 */
export function webhooksAt(address: string, options: WebhookConfigOptions = {}): Webhook[] {
  const url = readUrl('the URL', address);
  const make = (type: Webhook['type'], target: string): Webhook => ({
    type,
    name: `${type}.${url.hostname}`,
    url: target,
    ...(options.caBundle === undefined ? {} : { caBundle: options.caBundle }),
    rules: [ALL_WRITES],
    failurePolicy: 'Fail',
    timeoutSeconds: 10,
    namespaceSelector: [],
    objectSelector: [],
    matchConditions: compileConditions([]),
    reinvocation: 'Never',
  });
  if (url.pathname.endsWith('/mutate')) return [make('mutating', url.href)];
  if (url.pathname.endsWith('/validate')) return [make('validating', url.href)];
  const base = url.href.replace(/\/$/, '');
  return [make('mutating', `${base}/mutate`), make('validating', `${base}/validate`)];
}

const TYPES: Readonly<Record<string, Webhook['type']>> = {
  MutatingWebhookConfiguration: 'mutating',
  ValidatingWebhookConfiguration: 'validating',
};

/**
 * Reads MutatingWebhookConfiguration and ValidatingWebhookConfiguration objects; objects of other kinds are passed over.
 * The webhooks come in the order in which a cluster asks them: by the names of their configurations.
 *
 * Throws a WebhookConfigError for what a cluster would not take, and for what cannot be done here.
 */
export function readWebhooks(
  objects: readonly unknown[],
  options: WebhookConfigOptions = {},
): Webhook[] {
  const configurations = objects.flatMap((object) => {
    if (!isJsonObject(object)) return [];
    const type = TYPES[String(object['kind'])];
    return type === undefined ? [] : [{ type, object, name: nameOf(object) }];
  });
  configurations.sort((a, b) => (a.name < b.name ? -1 : 1));
  return configurations.flatMap(({ type, object, name }) => {
    if (object['apiVersion'] !== 'admissionregistration.k8s.io/v1') {
      throw new WebhookConfigError(`${name}: apiVersion must be admissionregistration.k8s.io/v1`);
    }
    return listOf(name, object['webhooks']).map((hook, index) =>
      readWebhook(`${name}: webhooks[${index}]`, hook, { ...options, type }),
    );
  });
}

type Json = Readonly<Record<string, unknown>>;

function nameOf(object: Json): string {
  const { metadata } = object;
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : '';
}

function readWebhook(
  place: string,
  value: unknown,
  { type, ...options }: WebhookConfigOptions & { readonly type: Webhook['type'] },
): Webhook {
  const hook = objectOf(place, value);
  const at = (key: string): string => `${place}.${key}`;
  const name = textOf(at('name'), hook['name']);
  requireOneOf(at('sideEffects'), hook['sideEffects'], ['None', 'NoneOnDryRun']);
  if (!listOf(at('admissionReviewVersions'), hook['admissionReviewVersions']).includes('v1')) {
    throw new WebhookConfigError(`${at('admissionReviewVersions')}: only v1 is spoken here`);
  }
  const seconds = hook['timeoutSeconds'] ?? 10;
  if (typeof seconds !== 'number' || !(seconds >= 1 && seconds <= 30)) {
    throw new WebhookConfigError(`${at('timeoutSeconds')}: is a number from 1 to 30`);
  }
  return {
    type,
    name,
    ...readClient(at('clientConfig'), hook['clientConfig'], options),
    rules: listOf(at('rules'), hook['rules']).map((rule, index) =>
      readRule(`${at('rules')}[${index}]`, rule),
    ),
    failurePolicy: requireOneOf(at('failurePolicy'), hook['failurePolicy'] ?? 'Fail', [
      'Fail',
      'Ignore',
    ]),
    timeoutSeconds: seconds,
    namespaceSelector: readSelector(at('namespaceSelector'), hook['namespaceSelector']),
    objectSelector: readSelector(at('objectSelector'), hook['objectSelector']),
    matchConditions: readConditions(at('matchConditions'), hook['matchConditions']),
    reinvocation: requireOneOf(at('reinvocationPolicy'), hook['reinvocationPolicy'] ?? 'Never', [
      'Never',
      'IfNeeded',
    ]),
  };
}

function readClient(
  place: string,
  value: unknown,
  { serviceAddress, caBundle: defaultBundle }: WebhookConfigOptions,
): Pick<Webhook, 'url' | 'caBundle'> {
  const config = objectOf(place, value);
  const given = config['caBundle'];
  const caBundle = typeof given === 'string' && given !== '' ? decode(given) : defaultBundle;
  const trust = caBundle === undefined ? {} : { caBundle };
  if (config['url'] !== undefined) {
    return { url: readUrl(`${place}.url`, textOf(`${place}.url`, config['url'])).href, ...trust };
  }
  const service = objectOf(`${place}.service`, config['service']);
  if (serviceAddress === undefined) {
    throw new WebhookConfigError(
      `${place}.service: there are no Services here; give --admission-webhook-address, or a url`,
    );
  }
  const path = typeof service['path'] === 'string' ? service['path'] : '/';
  return { url: readUrl(place, `https://${serviceAddress}${path}`).href, ...trust };
}

function decode(base64: string): string {
  try {
    return atob(base64.replaceAll(/\s/g, ''));
  } catch (cause) {
    throw new WebhookConfigError('caBundle is not base64', { cause });
  }
}

function readUrl(place: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:') return url;
  throw new WebhookConfigError(`${place}: webhooks are called by https, not ${text}`);
}

function readRule(place: string, value: unknown): WebhookRule {
  const rule = objectOf(place, value);
  const texts = (key: string): string[] =>
    listOf(`${place}.${key}`, rule[key]).map((text) => textOf(`${place}.${key}`, text));
  return {
    operations: texts('operations'),
    apiGroups: texts('apiGroups'),
    apiVersions: texts('apiVersions'),
    resources: texts('resources'),
    scope: requireOneOf(`${place}.scope`, rule['scope'] ?? '*', ['Cluster', 'Namespaced', '*']),
  };
}

function readConditions(place: string, value: unknown): MatchConditions {
  const conditions = listOf(place, value ?? []).map((item, index) => {
    const condition = objectOf(`${place}[${index}]`, item);
    return {
      name: textOf(`${place}[${index}].name`, condition['name']),
      expression: textOf(`${place}[${index}].expression`, condition['expression']),
    };
  });
  try {
    return compileConditions(conditions);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new WebhookConfigError(`${place}: ${problem}`, { cause });
  }
}

const OPERATORS: Readonly<Record<string, LabelRequirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

function readSelector(place: string, value: unknown): LabelSelector {
  if (value === undefined || value === null) return [];
  const { matchLabels = {}, matchExpressions = [] } = objectOf(place, value);
  const labels = Object.entries(objectOf(place, matchLabels)).map(
    ([key, text]): LabelRequirement => ({
      key,
      operator: '=',
      values: [textOf(`${place}.matchLabels.${key}`, text)],
    }),
  );
  const expressions = listOf(place, matchExpressions).map((item, index): LabelRequirement => {
    const at = `${place}.matchExpressions[${index}]`;
    const expression = objectOf(at, item);
    const operator = OPERATORS[textOf(`${at}.operator`, expression['operator'])];
    if (operator === undefined) throw new WebhookConfigError(`${at}.operator: is not known`);
    const values = listOf(at, expression['values'] ?? []).map((text) => textOf(at, text));
    return { key: textOf(`${at}.key`, expression['key']), operator, values };
  });
  return [...labels, ...expressions];
}

function objectOf(place: string, value: unknown): Json {
  if (isJsonObject(value)) return value;
  throw new WebhookConfigError(`${place}: is missing, or no object`);
}

function listOf(place: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new WebhookConfigError(`${place}: is missing, or no list`);
}

function textOf(place: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  if (value === '' && /apiGroups/.test(place)) return '';
  throw new WebhookConfigError(`${place}: is missing, or no text`);
}

function requireOneOf<T extends string>(place: string, value: unknown, known: readonly T[]): T {
  const found = known.find((text) => text === value);
  if (found !== undefined) return found;
  throw new WebhookConfigError(`${place}: is one of ${known.join(', ')}`);
}
