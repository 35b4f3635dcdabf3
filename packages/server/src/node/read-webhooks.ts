import { parseAllDocuments } from 'yaml';
import {
  readWebhooks,
  WebhookConfigError,
  webhooksAt,
  type Webhook,
  type WebhookConfigOptions,
} from '../webhook/webhook-config.js';
import { InputFileError, readText } from './read-files.js';

/** What the command line says about webhooks. */
export interface WebhookSources {
  /** URLs, and files with webhook configurations. */
  readonly sources: readonly string[];
  readonly caFile?: string;
  readonly serviceAddress?: string;
}

/**
 * The webhooks of the command line, in the order in which they are asked. Throws an InputFileError for a file that cannot be
 * read, holds no webhook, or one that cannot be asked from here.
 */
export function readWebhookSources({ sources, caFile, serviceAddress }: WebhookSources): Webhook[] {
  const options: WebhookConfigOptions = {
    ...(caFile === undefined ? {} : { caBundle: readText(caFile) }),
    ...(serviceAddress === undefined ? {} : { serviceAddress }),
  };
  return sources.flatMap((source) => {
    try {
      return /^[a-z]+:\/\//i.test(source)
        ? webhooksAt(source, options)
        : readWebhookFile(source, options);
    } catch (cause) {
      if (!(cause instanceof WebhookConfigError)) throw cause;
      throw new InputFileError(source, cause.message, { cause });
    }
  });
}

function readWebhookFile(path: string, options: WebhookConfigOptions): Webhook[] {
  const documents = parseAllDocuments(readText(path));
  const objects = Array.from(documents, (document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new InputFileError(path, error.message, { cause: error });
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  });
  const webhooks = readWebhooks(objects.flatMap(itemsOf), options);
  if (webhooks.length === 0)
    throw new InputFileError(
      path,
      'there is no MutatingWebhookConfiguration or ValidatingWebhookConfiguration in it',
    );
  return webhooks;
}

function itemsOf(object: unknown): unknown[] {
  if (typeof object !== 'object' || object === null) return [];
  return 'items' in object && Array.isArray(object.items) ? object.items : [object];
}
