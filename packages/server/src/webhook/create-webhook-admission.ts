import { internalServerError, isKubeObject, quoteGo, type KubeObject } from '@imagestream/core';
import { applyJsonPatch, parseJsonPatch, PatchError } from '@imagestream/core/patch';
import type { Admission, AdmissionCall, AdmissionWrite } from '../registry/admission.js';
import { sameJson } from '../registry/same-json.js';
import { callWebhook, WebhookCallError, type WebhookPost } from './call-webhook.js';
import { isAskedAbout, type NamespaceLabels } from './match-webhook.js';
import type { Webhook } from './webhook-config.js';

/** What asking webhooks takes. */
export interface WebhookAdmissionParts {
  /** In the order in which mutating ones are asked. */
  readonly webhooks: readonly Webhook[];
  readonly post: WebhookPost;
  /** Labels of namespaces, for `namespaceSelector`; default only their names. */
  readonly namespaceLabels?: NamespaceLabels;
  /** Told of calls that failed and were let pass because of their failure policy. */
  readonly onIgnored?: (error: Error) => void;
}

/**
 * Makes admission that asks webhooks, as an API server does: mutating ones one after the other, each seeing what the one before
 * left, and once more where one wants to see what later ones changed; validating ones all at once.
 *
 * Source: api-admission.
 */
export function createWebhookAdmission(parts: WebhookAdmissionParts): Admission {
  const byName = (namespace: string): Readonly<Record<string, string>> => ({
    'kubernetes.io/metadata.name': namespace,
    ...parts.namespaceLabels?.(namespace),
  });
  const of = (type: Webhook['type']): Webhook[] =>
    parts.webhooks.filter((webhook) => webhook.type === type);
  const run: Run = { ...parts, namespaceLabels: byName };
  const mutating = of('mutating');
  const validating = of('validating');
  return {
    mutate: (write, call) => mutate(run, mutating, { write, call }),
    validate: async (write, call) => {
      const results = await Promise.allSettled(
        validating.map((webhook) => ask(run, webhook, { write, call })),
      );
      const refused = results.find((result) => result.status === 'rejected');
      if (refused !== undefined) throw refused.reason;
    },
  };
}

type Run = WebhookAdmissionParts & { readonly namespaceLabels: NamespaceLabels };

interface Question {
  readonly write: AdmissionWrite;
  readonly call: AdmissionCall;
}

async function mutate(
  run: Run,
  webhooks: readonly Webhook[],
  { write, call }: Question,
): Promise<unknown> {
  let object = write.object ?? undefined;
  /** What each webhook left, for those that want to see later changes. */
  const left = new Map<Webhook, KubeObject | undefined>();
  for (const webhook of webhooks) {
    object = await askForChange(run, webhook, {
      write: { ...write, object: object ?? null },
      call,
    });
    left.set(webhook, object);
  }
  for (const [webhook, seen] of left) {
    if (webhook.reinvocation !== 'IfNeeded' || sameJson(seen, object)) continue;
    object = await askForChange(run, webhook, {
      write: { ...write, object: object ?? null },
      call,
    });
  }
  return object;
}

async function askForChange(
  run: Run,
  webhook: Webhook,
  question: Question,
): Promise<KubeObject | undefined> {
  const { object } = question.write;
  const patch = await ask(run, webhook, question);
  if (patch === '') return object ?? undefined;
  if (object === null || object === undefined) {
    throw internalServerError(
      `admission webhook ${quoteGo(webhook.name)} attempted to modify the object, which is not supported for this operation`,
    );
  }
  return applyPatch(object, patch);
}

/** The patch of a webhook, empty when there is none or nobody answered and that is let pass. */
async function ask(run: Run, webhook: Webhook, { write, call }: Question): Promise<string> {
  if (!isAskedAbout(webhook, write, run.namespaceLabels)) return '';
  try {
    return (await callWebhook(webhook, write, { call, post: run.post })).patch;
  } catch (error) {
    if (!(error instanceof WebhookCallError)) throw error;
    if (webhook.failurePolicy === 'Fail') throw internalServerError(error.message);
    run.onIgnored?.(error);
    return '';
  }
}

/** A patch that cannot be applied is an error of the server, whatever the failure policy says. */
function applyPatch(object: KubeObject, patch: string): KubeObject {
  let changed: unknown;
  try {
    changed = applyJsonPatch(object, parseJsonPatch(JSON.parse(patch)));
  } catch (error) {
    if (error instanceof PatchError || error instanceof SyntaxError)
      throw internalServerError(error.message);
    throw error;
  }
  if (!isKubeObject(changed)) throw internalServerError('the patch of a webhook leaves no object');
  return changed;
}
