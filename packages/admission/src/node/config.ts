import { isJsonObject } from '@imagestream/core';
import { parse } from 'yaml';
import type { Policy } from '../policy.js';
import { validateObjects } from '../policies/validate-objects.js';
import { POLICY_CATALOG, SCOPE_OPTIONS } from './policy-catalog.js';
import { checkSchema, type PolicyChoice, type Schema } from './schema.js';
import { messageOf, UsageError } from './usage-error.js';

/** What a configuration file says, with defaults filled in. */
export interface AdmissionConfig {
  readonly policies: readonly Policy[];
  readonly limits: Limits;
  readonly shutdown: Shutdown;
}

/** What one server takes on. */
export interface Limits {
  /** The largest body, in bytes. */
  readonly maxBodyBytes: number;
  /** The longest a review may take, in milliseconds. */
  readonly budgetMs: number;
  /** Reviews under way at a time; more are answered 503 at once. */
  readonly maxConcurrentReviews: number;
  readonly maxConnections: number;
}

/** How a server goes. */
export interface Shutdown {
  /** How long it still takes requests while `/readyz` fails, in seconds: until endpoints have heard of it. */
  readonly delaySeconds: number;
  /** How long requests under way then get, in seconds. */
  readonly drainSeconds: number;
}

/** What holds when nothing is said. */
export const DEFAULT_LIMITS: Limits = {
  maxBodyBytes: 7 * 1024 * 1024,
  budgetMs: 10_000,
  maxConcurrentReviews: 256,
  maxConnections: 1024,
};

/** Endpoints of a Service are updated within seconds; 30 seconds is what Kubernetes gives a pod to go. */
export const DEFAULT_SHUTDOWN: Shutdown = { delaySeconds: 5, drainSeconds: 20 };

const POLICY_SCHEMAS: PolicyChoice = {
  oneOf: Object.entries(POLICY_CATALOG).map(([name, entry]) => ({
    type: 'object',
    description: entry.description,
    properties: { policy: { type: 'string', const: name }, ...SCOPE_OPTIONS, ...entry.options },
    required: ['policy', ...(entry.required ?? [])],
    additionalProperties: false,
  })),
};

/** The JSON Schema of a configuration file, for editors and for {@link readConfig}. */
export const CONFIG_SCHEMA: Schema & { readonly $schema: string } = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  description: 'Configuration of imagestream-admission.',
  properties: {
    $schema: { type: 'string' },
    policies: {
      type: 'array',
      description: 'Asked in this order. Default: validate-objects alone.',
      items: POLICY_SCHEMAS,
    },
    limits: {
      type: 'object',
      properties: {
        maxBodyBytes: { type: 'integer', minimum: 1024, maximum: 64 * 1024 * 1024 },
        budgetMs: { type: 'integer', minimum: 10, maximum: 30_000 },
        maxConcurrentReviews: { type: 'integer', minimum: 1, maximum: 100_000 },
        maxConnections: { type: 'integer', minimum: 1, maximum: 100_000 },
      },
      additionalProperties: false,
    },
    shutdown: {
      type: 'object',
      properties: {
        delaySeconds: { type: 'integer', minimum: 0, maximum: 300 },
        drainSeconds: { type: 'integer', minimum: 0, maximum: 300 },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

/** The configuration of a command called without a file. */
export function defaultConfig(): AdmissionConfig {
  return { policies: [validateObjects()], limits: DEFAULT_LIMITS, shutdown: DEFAULT_SHUTDOWN };
}

/**
 * Reads a configuration, YAML or JSON. Rejects with a UsageError that lists everything that is wrong, each with its place;
 * unknown keys, policies and values come with the known one they resemble.
 */
export async function readConfig(text: string): Promise<AdmissionConfig> {
  const value = parseText(text);
  const problems = checkSchema(CONFIG_SCHEMA, value);
  if (problems.length > 0 || !isJsonObject(value)) throw new UsageError(problems.join('\n'));
  return {
    policies: await makePolicies(value['policies']),
    // Checked by the schema.
    limits: { ...DEFAULT_LIMITS, ...(value['limits'] as Partial<Limits> | undefined) },
    shutdown: { ...DEFAULT_SHUTDOWN, ...(value['shutdown'] as Partial<Shutdown> | undefined) },
  };
}

function parseText(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    throw new UsageError(messageOf(cause), { cause });
  }
}

async function makePolicies(entries: unknown): Promise<Policy[]> {
  if (!Array.isArray(entries)) return [validateObjects()];
  const policies: Policy[] = [];
  const problems: string[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      policies.push(await makePolicy(entry));
    } catch (error) {
      problems.push(`policies[${index}]: ${messageOf(error)}`);
    }
  }
  const repeated = policies.find(
    ({ name }, index) => policies.findIndex((other) => other.name === name) !== index,
  );
  if (repeated !== undefined) {
    problems.push(`two policies are named ${repeated.name}; give one of them another name`);
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return policies;
}

async function makePolicy(entry: unknown): Promise<Policy> {
  const { policy, ...options } = isJsonObject(entry) ? entry : {};
  const found = typeof policy === 'string' ? POLICY_CATALOG[policy] : undefined;
  if (found === undefined) throw new UsageError(`there is no policy ${JSON.stringify(policy)}`);
  return await found.make(options);
}
