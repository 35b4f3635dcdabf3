import { expect, test } from 'vitest';
import { parseWatchEvent, WatchEventError } from './watch-event.js';

test('an object event keeps its object', () => {
  expect(parseWatchEvent('{"type":"ADDED","object":{"a":1}}')).toEqual({
    type: 'ADDED',
    object: { a: 1 },
  });
});

test('a bookmark is a resourceVersion, and says when it ends the initial events', () => {
  const line = '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}';
  expect(parseWatchEvent(line)).toEqual({ type: 'BOOKMARK', resourceVersion: '7' });
  const end =
    '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"8","annotations":{"k8s.io/initial-events-end":"true"}}}}';
  expect(parseWatchEvent(end)).toEqual({
    type: 'BOOKMARK',
    resourceVersion: '8',
    initialEventsEnd: true,
  });
});

test('an error carries the Status', () => {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, code: 410, reason: 'Expired' };
  expect(parseWatchEvent(JSON.stringify({ type: 'ERROR', object: status }))).toEqual({
    type: 'ERROR',
    status,
  });
});

test.each([
  ['garbage', 'not JSON'],
  ['[]', 'not an object'],
  ['{"type":"ADDED"}', 'no object'],
  ['{"type":"NEW","object":{}}', 'unknown type'],
  ['{"type":"BOOKMARK","object":{}}', 'no resourceVersion'],
  ['{"type":"ERROR","object":{}}', 'no Status'],
])('%s is refused', (line, problem) => {
  expect(() => parseWatchEvent(line)).toThrow(WatchEventError);
  expect(() => parseWatchEvent(line)).toThrow(problem);
});
