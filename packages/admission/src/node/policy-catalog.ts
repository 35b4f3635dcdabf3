import { RULE_IDS } from '@imagestream/validators';
import type { Policy } from '../policy.js';
import * as policies from '../policies/index.js';
import { makeLintPolicy } from './lint-policy.js';
import type { Schema } from './schema.js';

/** A policy as a configuration file names it. */
export interface CatalogEntry {
  /** One sentence for editors and lists. */
  readonly description: string;
  /** Its own options, besides those every policy has. */
  readonly options: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Makes it from options that were checked. Throws a PolicyError for what only the policy can tell. */
  readonly make: (options: Readonly<Record<string, unknown>>) => Policy | Promise<Policy>;
}

const TEXT: Schema = { type: 'string' };
const TEXTS: Schema = { type: 'array', items: TEXT };
const TEXT_MAP: Schema = { type: 'object', properties: {}, additionalProperties: TEXT };

function choice(description: string, ...values: readonly string[]): Schema {
  return { type: 'string', description, enum: values };
}

/** What every policy takes. */
export const SCOPE_OPTIONS: Readonly<Record<string, Schema>> = {
  name: { type: 'string', description: 'Tells policies of one sort apart; kebab case.' },
  action: choice('Refuse, or let through with warnings. Default deny.', 'deny', 'warn'),
  namespaces: {
    type: 'array',
    items: TEXT,
    description: 'Only these; * at the end for any ending. Default all.',
  },
  excludeNamespaces: { type: 'array', items: TEXT, description: 'Not these.' },
};

const REGISTRIES: Schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: { domainName: TEXT, insecure: { type: 'boolean' } },
    required: ['domainName'],
    additionalProperties: false,
  },
};

/** Every policy a configuration file can name. The casts hold because `checkSchema` ran over the options before. */
export const POLICY_CATALOG: Readonly<Record<string, CatalogEntry>> = {
  'validate-objects': {
    description: "Schema and the server's own rules, create and update with the old object.",
    options: {
      mode: choice('strict also refuses unknown fields. Default server.', 'server', 'strict'),
      rules: {
        type: 'object',
        description: 'What single rules do, by id; the others do what action says.',
        properties: Object.fromEntries(
          RULE_IDS.map((id) => [id, { type: 'string', enum: ['deny', 'warn', 'ignore'] }]),
        ),
        additionalProperties: false,
      },
      allowedRegistries: REGISTRIES,
      internalRegistry: TEXT,
    },
    make: (options) => policies.validateObjects(options),
  },
  lint: {
    description: "The linter's rules; errors deny, warnings warn. Needs @imagestream/lint.",
    options: {
      preset: { type: 'string', description: 'Which rules are on. Default recommended.' },
      rules: TEXT_MAP,
    },
    make: (options) => makeLintPolicy(options),
  },
  'allowed-registries': {
    description: 'Images only from the listed registries.',
    options: { registries: { type: 'array', items: TEXT, minItems: 1 } },
    required: ['registries'],
    make: (options) =>
      policies.allowedRegistries(options as unknown as policies.AllowedRegistriesOptions),
  },
  'require-digest': {
    description: 'Tags and imports name images by digest.',
    options: { allowScheduled: { type: 'boolean' } },
    make: (options) => policies.requireDigest(options),
  },
  'forbid-insecure-imports': {
    description: 'No imports over plain http or with unchecked certificates.',
    options: {},
    make: (options) => policies.forbidInsecureImports(options),
  },
  'scheduled-imports': {
    description: 'Scheduled imports are required or forbidden.',
    options: { mode: choice('Which way the rule goes.', 'require', 'forbid') },
    required: ['mode'],
    make: (options) =>
      policies.scheduledImports(options as unknown as policies.ScheduledImportsOptions),
  },
  'forbid-cross-namespace-sources': {
    description: 'Tags follow streams of their own namespace, and of those made for it.',
    options: { allowedNamespaces: TEXTS },
    make: (options) => policies.forbidCrossNamespaceSources(options),
  },
  'pinned-latest': {
    description: "The tag latest does not take a registry's latest.",
    options: {},
    make: (options) => policies.pinnedLatest(options),
  },
  'required-metadata': {
    description: 'Labels and annotations streams must carry, with patterns for their values.',
    options: { labels: TEXT_MAP, annotations: TEXT_MAP },
    make: (options) => policies.requiredMetadata(options),
  },
  'maximum-tags': {
    description: 'How many tags a stream may have.',
    options: { maxTags: { type: 'integer', minimum: 1, maximum: 100_000 } },
    required: ['maxTags'],
    make: (options) => policies.maximumTags(options as unknown as policies.MaximumTagsOptions),
  },
  'name-patterns': {
    description: 'Patterns the names of streams and tags must match.',
    options: { streams: TEXT, tags: TEXT },
    make: (options) => policies.namePatterns(options),
  },
  'lookup-policy': {
    description: 'Local lookup is required or forbidden.',
    options: { mode: choice('Which way the rule goes.', 'require', 'forbid') },
    required: ['mode'],
    make: (options) => policies.lookupPolicy(options as unknown as policies.LookupPolicyOptions),
  },
  'default-reference-policy': {
    description: 'Mutation: a reference policy for new tags.',
    options: { type: choice('The policy.', 'Local', 'Source') },
    required: ['type'],
    make: (options) =>
      policies.defaultReferencePolicy(options as unknown as policies.DefaultReferencePolicyOptions),
  },
  'default-import-mode': {
    description: 'Mutation: an import mode for new tags.',
    options: { importMode: choice('The mode.', 'PreserveOriginal', 'Legacy') },
    required: ['importMode'],
    make: (options) =>
      policies.defaultImportMode(options as unknown as policies.DefaultImportModeOptions),
  },
  'default-labels': {
    description: 'Mutation: labels for streams that lack them.',
    options: { labels: TEXT_MAP },
    required: ['labels'],
    make: (options) => policies.defaultLabels(options as unknown as policies.DefaultLabelsOptions),
  },
  'strip-server-fields': {
    description: 'Mutation: takes out what belongs to the server.',
    options: {},
    make: (options) => policies.stripServerFields(options),
  },
};
