import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageServer, type ImageServer } from '../create-image-server.js';
import { at } from '../testing/open-story.js';
import { call, createStreams, namesOf, STREAMS, watchLines } from '../testing/call.js';
import { parseFaultRule } from './fault-rule.js';
import { Faults } from './faults.js';

describe('faults', () => {
  let server: ImageServer;
  beforeEach(async () => {
    server = await createImageServer();
    await createStreams(server, ['a', 'b', 'c']);
  });
  afterEach(() => server.close());

  // Evidence: fault-actions
  it('answer with a Status and Retry-After, as often as asked', async () => {
    server.faults.add({
      match: { verb: 'get', name: 'a' },
      times: 1,
      action: { type: 'status', code: 503, reason: 'ServiceUnavailable', retryAfterSeconds: 2 },
    });
    const failed = await call(server, `GET ${STREAMS}/a`);
    expect([failed.status, failed.headers.get('retry-after'), at(failed.body, 'reason')]).toEqual([
      503,
      '2',
      'ServiceUnavailable',
    ]);
    expect((await call(server, `GET ${STREAMS}/a`)).status).toBe(200);
    expect(server.faults.journal).toEqual([
      expect.objectContaining({ sequence: 1, rule: 1, action: 'status' }),
    ]);
  });

  it('let some requests through first', async () => {
    server.faults.add({
      match: { verb: 'delete' },
      after: 1,
      times: 1,
      action: { type: 'conflict' },
    });
    const answers = [];
    for (const name of ['a', 'b', 'c'])
      answers.push((await call(server, `DELETE ${STREAMS}/${name}`)).status);
    expect(answers).toEqual([200, 409, 200]);
  });

  it('expire a continue token and offer a fresh one', async () => {
    server.faults.add({ action: { type: 'expireContinue' }, times: 2 });
    const first = await call(server, `GET ${STREAMS}?limit=1`);
    const token = encodeURIComponent(String(at(first.body, 'metadata.continue')));
    const expired = await call(server, `GET ${STREAMS}?limit=1&continue=${token}`);
    expect(expired.status).toBe(410);
    server.faults.clear();
    const fresh = encodeURIComponent(String(at(expired.body, 'metadata.continue')));
    expect(namesOf((await call(server, `GET ${STREAMS}?continue=${fresh}`)).body)).toEqual([
      'b',
      'c',
    ]);
  });

  it('break connections, cut bodies short, and answer late', async () => {
    server.faults.add({ match: { name: 'a' }, action: { type: 'reset' } });
    server.faults.add({ match: { name: 'b' }, action: { type: 'truncate', afterBytes: 10 } });
    server.faults.add({ match: { name: 'c' }, action: { type: 'latency', delayMs: 1 } });
    await expect(call(server, `GET ${STREAMS}/a`)).rejects.toThrow('reset');
    await expect(call(server, `GET ${STREAMS}/b`)).rejects.toThrow('broke off');
    expect((await call(server, `GET ${STREAMS}/c`)).status).toBe(200);
  });

  it('hang until the client gives up', async () => {
    server.faults.add({ match: { verb: 'delete' }, action: { type: 'hang' } });
    const request = new Request(`http://server${STREAMS}/a`, {
      method: 'DELETE',
      signal: AbortSignal.timeout(50),
    });
    await expect(server.fetch(request)).rejects.toThrow();
  });

  it('drop a watch, or end it with an ERROR event', async () => {
    server.faults.add({
      match: { verb: 'watch' },
      times: 1,
      action: { type: 'dropWatch', afterEvents: 2 },
    });
    await expect(watchLines(server, `${STREAMS}?watch=true`)).rejects.toThrow('broke off');
    server.faults.add({
      match: { verb: 'watch' },
      action: { type: 'expireWatch', afterEvents: 1 },
    });
    const events = await watchLines(server, `${STREAMS}?watch=true`);
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ERROR']);
    expect(events[1]?.object['code']).toBe(410);
  });

  // Evidence: fault-seed
  it('of one seed and one sequence of requests are always the same', () => {
    const target = {
      verb: 'get',
      resource: 'r',
      subresource: '',
      namespace: '',
      name: '',
      userAgent: '',
    };
    const run = (seed: number): number[] => {
      const faults = new Faults(seed);
      faults.add({ probability: 0.3, action: { type: 'reset' } });
      return Array.from({ length: 100 }, () => faults.decide(target).length);
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    const fired = run(7).reduce((sum, one) => sum + one, 0);
    expect(fired).toBeGreaterThan(15);
    expect(fired).toBeLessThan(45);
  });
});

describe('parseFaultRule', () => {
  it('takes a rule as it is', () => {
    const rule = { match: { verb: 'get' }, times: 1, action: { type: 'latency', delayMs: 5 } };
    expect(parseFaultRule(rule)).toBe(rule);
  });

  it.each([
    [{}, 'a fault needs an action'],
    [{ action: { type: 'explode' } }, 'unknown action "explode"'],
    [{ action: { type: 'latency' } }, 'the action latency needs delayMs'],
    [{ action: { type: 'latency', delayMs: -1 } }, 'delayMs is a number of at least 0'],
    [{ action: { type: 'reset', ms: 1 } }, 'the action reset has no field "ms"'],
    [{ match: { verbs: 'get' }, action: { type: 'reset' } }, 'match has no field "verbs"'],
    [{ probability: 2, action: { type: 'reset' } }, 'probability is at most 1'],
  ])('refuses %j', (rule, message) => {
    expect(() => parseFaultRule(rule)).toThrow(message);
  });
});
