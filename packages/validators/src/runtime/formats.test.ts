import { describe, expect, it } from 'vitest';
import {
  fitsInt32,
  fitsInt64,
  isBase64,
  isDateTime,
  isGoDuration,
  isMicroTime,
  isQuantity,
} from './formats.js';

describe('isDateTime', () => {
  it.each([
    '2024-02-29T12:00:00Z',
    '2000-02-29T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '2024-12-31T23:59:59.999999999Z',
    '2024-01-01T00:00:00.1+02:00',
    '2024-01-01T00:00:00-23:59',
  ])('takes %s', (text) => {
    expect(isDateTime(text)).toBe(true);
  });

  it.each([
    '',
    '2024-01-01',
    '2024-01-01T00:00:00',
    '2024-01-01 00:00:00Z',
    '2024-01-01t00:00:00Z',
    '2024-01-01T00:00:00z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00+0200',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+02:60',
    '2024-01-01T00:00:00Zx',
    '20a4-01-01T00:00:00Z',
    '2024-01-01T00:00:0/Z',
  ])('refuses %j', (text) => {
    expect(isDateTime(text)).toBe(false);
  });
});

describe('isMicroTime', () => {
  it('asks for six digits behind the second', () => {
    expect(isMicroTime('2024-01-01T00:00:00.000001Z')).toBe(true);
    expect(isMicroTime('2024-01-01T00:00:00.000001+01:00')).toBe(true);
    expect(isMicroTime('2024-01-01T00:00:00.001Z')).toBe(false);
    expect(isMicroTime('2024-01-01T00:00:00Z')).toBe(false);
  });
});

describe('the ranges of whole numbers', () => {
  it('of 32 bits end at 2147483647', () => {
    expect(fitsInt32(2147483647)).toBe(true);
    expect(fitsInt32(-2147483648)).toBe(true);
    expect(fitsInt32(2147483648)).toBe(false);
  });

  it('of 64 bits end where a number of that size is rounded', () => {
    expect(fitsInt64(Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(fitsInt64(-(2 ** 63))).toBe(true);
    expect(fitsInt64(2 ** 63)).toBe(false);
    expect(fitsInt64(Number.NaN)).toBe(false);
  });
});

describe('isBase64', () => {
  it.each(['', 'YQ==', 'YWI=', 'YWJj', 'YW\nJj', '+/+/'])('takes %j', (text) => {
    expect(isBase64(text)).toBe(true);
  });

  it.each(['YQ', 'YQ=', 'Y===', 'YQ==YQ==', 'YW J', 'Y-_=', 'YWJjZ'])('refuses %j', (text) => {
    expect(isBase64(text)).toBe(false);
  });
});

describe('texts with a grammar of their own', () => {
  it('a Go duration is numbers with units', () => {
    expect(['1h30m', '-1.5s', '0', '2µs'].every(isGoDuration)).toBe(true);
    expect(['', '1', '1d', 'h', '1h 2m'].some(isGoDuration)).toBe(false);
  });

  it('a quantity is a number with a suffix', () => {
    expect(['500Mi', '0.5', '100m', '1e3', '-2E-1', '.5k'].every(isQuantity)).toBe(true);
    expect(['', 'Mi', '1 Mi', '1mi', '1e', '1.2.3'].some(isQuantity)).toBe(false);
  });
});
