import { methodNotAllowedError } from '@imagestream/core';
import { isStoredRest, type EntryPage } from '../../registry/stored-rest.js';
import type { ListResult } from '../../registry/rest.js';
import { encodeList, encodeObject, encodePage } from '../encode.js';
import type { ServerAnswer } from '../exchange.js';
import { parseListRequest, type ListRequest } from '../list-options.js';
import { answerForm, bytesAnswer, toPrint, type ResourceCall } from '../resource-call.js';
import { watchVerb } from './watch.js';

/** GET of a collection: a list, or a watch when the query or the path says so. Source: api-list. */
export async function listVerb(call: ResourceCall): Promise<ServerAnswer> {
  const { rest, query, path, context } = call;
  const request = parseListRequest(query, {
    info: rest.info,
    name: path.watch ? path.name : '',
    watchPath: path.watch,
  });
  if (!request.watch) return listAnswer(call, request);
  if (isStoredRest(rest)) return watchVerb(call, rest, request);
  const { group, resource } = rest.info;
  throw methodNotAllowedError({ group, resource, name: context.name }, 'watch');
}

async function listAnswer(call: ResourceCall, request: ListRequest): Promise<ServerAnswer> {
  const { rest, context } = call;
  const form = answerForm(call);
  if (isStoredRest(rest)) {
    const page = await rest.page(context, request);
    if (form.conversion === undefined) {
      return bytesAnswer(200, encodePage(page, rest.info, form), form);
    }
    return printedList(call, toList(page));
  }
  if (rest.list === undefined) throw new Error('a list was routed to a resource without it');
  return listResultAnswer(call, await rest.list(context, request));
}

/** A list of objects as the answer, in the form asked for. */
export function listResultAnswer(call: ResourceCall, list: ListResult): ServerAnswer {
  const form = answerForm(call);
  if (form.conversion !== undefined) return printedList(call, list);
  return bytesAnswer(200, encodeList(list, call.rest.info, form), form);
}

function printedList(call: ResourceCall, list: ListResult): ServerAnswer {
  const form = answerForm(call);
  if (form.conversion === undefined) return listResultAnswer(call, list);
  const printed = call.parts.printer.list(list, toPrint(call, form.conversion));
  return bytesAnswer(200, encodeObject(printed, form), form);
}

function toList({ entries, ...metadata }: EntryPage): ListResult {
  return { metadata, items: entries.map(({ object }) => object) };
}
