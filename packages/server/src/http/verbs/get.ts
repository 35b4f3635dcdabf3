import { badRequestError } from '@imagestream/core';
import { isStoredRest } from '../../registry/stored-rest.js';
import { encodeEntry } from '../encode.js';
import { withoutClusterFields } from '../legacy-surface.js';
import type { ServerAnswer } from '../exchange.js';
import { readFlag, readText } from '../query-values.js';
import { answerForm, bytesAnswer, objectAnswer, type ResourceCall } from '../resource-call.js';

/** GET of one object. Source: api-get. */
export async function getVerb(call: ResourceCall): Promise<ServerAnswer> {
  const { rest, context, query, path } = call;
  const form = answerForm(call);
  if (path.root === 'oapi' && readFlag(query, 'export')) return exportVerb(call);
  refuseExport(query);
  if (rest.takesNoQuery === true && query.size > 0) {
    throw badRequestError('converting (url.Values) to (v1.ListOptions): unknown conversion');
  }
  const resourceVersion = readText(query, 'resourceVersion');
  if (isStoredRest(rest) && rest.servesEntries) {
    const entry = await rest.entry(context, context.name, { resourceVersion });
    if (form.conversion === undefined) return bytesAnswer(200, encodeEntry(entry, form), form);
    return objectAnswer(call, 200, entry.object);
  }
  if (rest.get === undefined) throw new Error('a get was routed to a resource without it');
  return objectAnswer(call, 200, await rest.get({ ...context, resourceVersion }, context.name));
}

/** What 3.x clients copy elsewhere: the object without what belongs to the cluster. Source: legacy-export. */
async function exportVerb(call: ResourceCall): Promise<ServerAnswer> {
  const { rest, context, query } = call;
  if (rest.get === undefined) throw new Error('a get was routed to a resource without it');
  const object = await rest.get(context, context.name);
  return objectAnswer(call, 200, withoutClusterFields(object, { exact: readFlag(query, 'exact') }));
}

/** A parameter of early versions that is refused rather than ignored, since its users rely on it. */
function refuseExport(query: URLSearchParams): void {
  if ((query.get('export') ?? '') === '' || !readFlag(query, 'export')) return;
  throw badRequestError('the export parameter, deprecated since v1.14, is no longer supported');
}
