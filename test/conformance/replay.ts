import http from 'node:http';
import { isJsonObject } from '@imagestream/core';
import { setOwn } from '@imagestream/core/patch';
import type { BodyRecipe, RecordedRequest, Recording } from './recording.js';

/** What the server under test answered to one step. */
export interface Answer {
  status?: number;
  headers: http.IncomingHttpHeaders;
  bodyEncoding?: 'json' | 'text' | 'base64' | 'empty';
  body?: unknown;
  events?: unknown[];
  /** Why there is no complete answer. */
  error?: string;
  skipped?: boolean;
}

const NO_ANSWER_AFTER_MS = 45_000;
const WATCH_OPENS_WITHIN_MS = 1500;
const WATCH_SETTLES_MS = 60;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends every request of a story to a server and collects the answers by step. */
export async function replay(recording: Recording, baseUrl: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  const agent = new http.Agent({ keepAlive: true });
  const one = async (step: number, opened?: () => void): Promise<void> => {
    answers[step] = await sendStep(recording, step, answers, { baseUrl, agent, opened });
  };
  try {
    for (let step = 0; step < recording.steps.length; step++) {
      const during = recording.steps[step]?.request.during ?? [];
      if (during.length === 0) {
        await one(step);
        continue;
      }
      let opened = (): void => undefined;
      const open = new Promise<void>((resolve) => (opened = resolve));
      const watch = one(step, opened);
      await Promise.race([open, watch, wait(WATCH_OPENS_WITHIN_MS)]);
      await wait(WATCH_SETTLES_MS);
      for (const other of during) await one(other);
      await watch;
      step = Math.max(step, ...during);
    }
  } finally {
    agent.destroy();
  }
  return answers;
}

interface Target {
  baseUrl: string;
  agent: http.Agent;
  opened: (() => void) | undefined;
}

async function sendStep(
  recording: Recording,
  step: number,
  answers: readonly Answer[],
  target: Target,
): Promise<Answer> {
  const { request, response } = recording.steps[step]!;
  if (request.skip !== undefined) return { headers: {}, skipped: true };
  let path: string;
  let body: Buffer | undefined;
  try {
    path = fillText(request.path, answers, encodeURIComponent);
    body = makeBody(request, answers);
  } catch (error) {
    return { headers: {}, error: String(error) };
  }
  const raw = await send(request, path, body, target);
  return decode(raw, response.events !== undefined);
}

function makeBody(request: RecordedRequest, answers: readonly Answer[]): Buffer | undefined {
  const content =
    request.bodyRecipe === undefined ? fill(request.body, answers) : cook(request.bodyRecipe);
  if (content === undefined) return undefined;
  if (typeof content === 'string' && request.bodyEncoding === 'base64')
    return Buffer.from(content, 'base64');
  if (typeof content === 'string' && request.bodyEncoding === 'text') return Buffer.from(content);
  return Buffer.from(JSON.stringify(content));
}

function cook(recipe: BodyRecipe): unknown {
  if ('repeat' in recipe) return Array.from({ length: recipe.count }, () => recipe.repeat);
  const root: unknown = structuredClone(recipe.object);
  const keys = recipe.pad.pointer.split('/').slice(1);
  const last = keys.pop() ?? '';
  let at = root;
  for (const key of keys) {
    if (!isJsonObject(at)) throw new Error(`the recipe has no object at ${key}`);
    at[key] ??= {};
    at = at[key];
  }
  if (isJsonObject(at)) setOwn(at, last, recipe.pad.text.repeat(recipe.pad.count));
  return root;
}

// `${steps[0].response.body.metadata.uid}`
const PLACEHOLDER = /\$\{steps\[(\d+)\]\.response\.([^}]*)\}/g;

function lookUp(answers: readonly Answer[], step: string, expression: string): unknown {
  const names = [...expression.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
  let value: unknown = answers[Number(step)];
  for (const name of names) {
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isJsonObject(value) ? value[name] : undefined;
  }
  if (value === undefined) throw new Error(`the answer of step ${step} lacks ${expression}`);
  return value;
}

function fillText(
  text: string,
  answers: readonly Answer[],
  encode: (text: string) => string,
): string {
  return text.replace(PLACEHOLDER, (_, step: string, expression: string) => {
    const value = lookUp(answers, step, expression);
    return encode(typeof value === 'string' ? value : JSON.stringify(value));
  });
}

function fill(value: unknown, answers: readonly Answer[]): unknown {
  if (typeof value === 'string') {
    const [whole] = value.matchAll(PLACEHOLDER);
    if (whole !== undefined && whole[0] === value) return lookUp(answers, whole[1]!, whole[2]!);
    return fillText(value, answers, (text) => text);
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, answers));
  if (!isJsonObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) setOwn(copy, key, fill(value[key], answers));
  return copy;
}

interface RawAnswer {
  status?: number;
  headers: http.IncomingHttpHeaders;
  bytes: Buffer;
  error?: string;
}

function send(
  request: RecordedRequest,
  path: string,
  body: Buffer | undefined,
  { baseUrl, agent, opened }: Target,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(baseUrl);
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  return new Promise((resolve) => {
    const fail = (error: Error): void => {
      resolve({ headers: {}, bytes: Buffer.alloc(0), error: error.message });
    };
    const call = http.request(
      {
        agent,
        hostname,
        port,
        method: request.method,
        path,
        headers: { ...request.headers, ...length },
      },
      (response) => {
        const chunks: Buffer[] = [];
        opened?.();
        const finish = (error?: Error): void => {
          resolve({
            headers: response.headers,
            bytes: Buffer.concat(chunks),
            ...(response.statusCode === undefined ? {} : { status: response.statusCode }),
            ...(error === undefined ? {} : { error: error.message }),
          });
        };
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => finish());
        response.on('error', finish);
      },
    );
    call.setTimeout(NO_ANSWER_AFTER_MS, () => {
      call.destroy(new Error(`no answer within ${NO_ANSWER_AFTER_MS} ms`));
    });
    call.on('error', fail);
    call.end(body);
  });
}

function decode(raw: RawAnswer, wantEvents: boolean): Answer {
  const type = String(raw.headers['content-type'] ?? '');
  const answer: Answer = { headers: raw.headers };
  if (raw.status !== undefined) answer.status = raw.status;
  if (raw.error !== undefined) answer.error = raw.error;
  const text = raw.bytes.toString('utf8');
  const isJson = type.includes('json');
  if (wantEvents && raw.status === 200 && isJson) {
    return {
      ...answer,
      events: text
        .split('\n')
        .filter((line) => line !== '')
        .map(parseOrKeep),
    };
  }
  if (raw.bytes.length === 0) return { ...answer, body: null, bodyEncoding: 'empty' };
  if (/protobuf|octet-stream|gzip/.test(type)) {
    return { ...answer, body: raw.bytes.toString('base64'), bodyEncoding: 'base64' };
  }
  const body = isJson ? parseOrKeep(text) : text;
  return { ...answer, body, bodyEncoding: isJson && body !== text ? 'json' : 'text' };
}

function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The comparison reports it: the recording has JSON here.
    return text;
  }
}
