import { isStatusError, type Status } from '@imagestream/core';
import { describe, expect, test } from 'vitest';
import { decodeDeleteOptions } from './decode-delete-options.js';

function decode(text: string): unknown {
  return decodeDeleteOptions({
    bytes: new TextEncoder().encode(text),
    format: 'json',
    apiVersion: 'image.openshift.io/v1',
  });
}

function refusal(text: string): Status {
  try {
    decode(text);
  } catch (error) {
    if (isStatusError(error)) return error.status;
    throw error;
  }
  throw new Error('the options were accepted');
}

// Evidence: body-delete-options
describe('the options of a delete', () => {
  test.each(['v1', 'meta.k8s.io/v1', 'image.openshift.io/v1'])(
    'may be of version %s',
    (apiVersion) => {
      const body = {
        kind: 'DeleteOptions',
        apiVersion,
        gracePeriodSeconds: 0,
        dryRun: ['All'],
        x: 1,
      };
      expect(decode(JSON.stringify(body))).toEqual({
        kind: 'DeleteOptions',
        apiVersion,
        gracePeriodSeconds: 0,
        dryRun: ['All'],
      });
    },
  );

  test.each([
    [
      'not json',
      "couldn't get version/kind; json parse error: invalid character 'o' in literal null (expecting 'u')",
    ],
    [
      '{"gracePeriodSeconds":"x"}',
      'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
    ],
    [
      '{"kind":"X","apiVersion":"v1"}',
      'no kind "X" is registered for version "v1" in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"',
    ],
  ])('that read %s are a 500 without a reason', (text, message) => {
    const status = refusal(text);
    expect(status).toMatchObject({ code: 500, message });
    expect(status).not.toHaveProperty('reason');
  });
});
