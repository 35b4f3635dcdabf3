import { describe, expect, it } from 'vitest';
import {
  CompoundNameError,
  formatImageStreamImageName,
  formatImageStreamTagName,
  parseImageSignatureName,
  parseImageStreamImageName,
  parseImageStreamTagName,
  splitImageStreamImageName,
  splitImageStreamTagName,
} from './tag-name.js';

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CompoundNameError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('parseImageStreamTagName', () => {
  it('takes stream and tag apart', () => {
    expect(parseImageStreamTagName('app:latest')).toEqual({ name: 'app', tag: 'latest' });
  });

  // Evidence: stream-tag-name
  it.each([
    ['app', 'expected exactly one : delimiter in the istag "app"'],
    ['a:b:c', 'expected exactly one : delimiter in the istag "a:b:c"'],
    ['app@sha256:abc', '"app@sha256:abc" is an image stream image, not an image stream tag'],
    ['app:', 'image stream tag name "app:" must have a name and a tag'],
    [':x', 'image stream tag name ":x" must have a name and a tag'],
    ['a"b', 'expected exactly one : delimiter in the istag "a\\"b"'],
  ])('refuses %j in the words of the server', (text, message) => {
    expect(messageOf(() => parseImageStreamTagName(text))).toBe(message);
  });
});

describe('parseImageStreamImageName', () => {
  it('takes stream and id apart', () => {
    expect(parseImageStreamImageName('app@sha256:4f')).toEqual({ name: 'app', id: 'sha256:4f' });
  });

  // Evidence: stream-image-name
  it.each([
    ['app', 'expected exactly one @ in the isimage name "app"'],
    ['a@b@c', 'expected exactly one @ in the isimage name "a@b@c"'],
    ['app@', 'image stream image name "app@" must have a name and ID'],
    ['@x', 'image stream image name "@x" must have a name and ID'],
  ])('refuses %j in the words of the server', (text, message) => {
    expect(messageOf(() => parseImageStreamImageName(text))).toBe(message);
  });
});

describe('parseImageSignatureName', () => {
  it('takes image and signature apart', () => {
    expect(parseImageSignatureName('sha256:ab@first')).toEqual({
      imageName: 'sha256:ab',
      signatureName: 'first',
    });
  });

  // Evidence: signature-name
  it.each([
    ['a', 'expected exactly one @ in the image signature name "a"'],
    ['a@', 'image signature name "a@" must have an image name and signature name'],
  ])('refuses %j in the words of the server', (text, message) => {
    expect(messageOf(() => parseImageSignatureName(text))).toBe(message);
  });
});

describe('splitImageStreamTagName', () => {
  // Evidence: stream-tag-name-lenient
  it.each([
    ['web', { name: 'web', tag: 'latest', hasTag: false }],
    ['web:', { name: 'web', tag: 'latest', hasTag: true }],
    ['a:b:c', { name: 'a', tag: 'b:c', hasTag: true }],
    [':x', { name: '', tag: 'x', hasTag: true }],
  ])('splits %j and never fails', (text, parts) => {
    expect(splitImageStreamTagName(text)).toEqual(parts);
  });

  it('splits stream images as leniently', () => {
    expect(splitImageStreamImageName('a@b@c')).toEqual({ name: 'a', id: 'b@c', hasId: true });
    expect(splitImageStreamImageName('a')).toEqual({ name: 'a', id: '', hasId: false });
  });

  it('is mirrored by the functions that join', () => {
    expect(formatImageStreamTagName({ name: 'web', tag: '' })).toBe('web:latest');
    expect(formatImageStreamTagName({ name: 'web', tag: 'v1' })).toBe('web:v1');
    expect(formatImageStreamImageName({ name: 'web', id: 'sha256:ab' })).toBe('web@sha256:ab');
  });
});
