import { describe, expect, it } from 'vitest';
import {
  DockerMetadataVersionError,
  formatDockerMetadata,
  readDockerMetadata,
} from './docker-metadata.js';

const EMPTY = { Id: '', Created: null, ContainerConfig: {} };

describe('readDockerMetadata', () => {
  // Evidence: docker-metadata
  it('keeps the members of its notation and drops others', () => {
    const sent = {
      kind: 'DockerImage',
      apiVersion: '1.0',
      Id: 'x',
      Config: { Cmd: ['sh'], Bogus: 1 },
      Bogus: 1,
    };
    expect(readDockerMetadata(sent, '')).toEqual({ ...EMPTY, Id: 'x', Config: { Cmd: ['sh'] } });
  });

  it('reads the older notation by its own names', () => {
    const sent = {
      id: 'x',
      ID: 'y',
      created: '2024-01-02T03:04:05Z',
      container_config: { User: 'me' },
    };
    const record = {
      ...EMPTY,
      Id: 'x',
      Created: '2024-01-02T03:04:05Z',
      ContainerConfig: { User: 'me' },
    };
    expect(readDockerMetadata(sent, 'pre012')).toEqual(record);
  });

  it('refuses a record of a notation nobody knows, but not the lack of one', () => {
    expect(readDockerMetadata(undefined, '2.0')).toEqual(EMPTY);
    expect(() => readDockerMetadata({}, '2.0')).toThrow(DockerMetadataVersionError);
    expect(() => readDockerMetadata({}, '2.0')).toThrow(
      'no kind "DockerImage" is registered for version "image.openshift.io/2.0"',
    );
  });
});

describe('formatDockerMetadata', () => {
  it('prints kind, version and the names of the notation', () => {
    expect(formatDockerMetadata(readDockerMetadata({}, ''), '')).toEqual({
      kind: 'DockerImage',
      apiVersion: 'image.openshift.io/1.0',
      ...EMPTY,
    });
    expect(formatDockerMetadata(readDockerMetadata({}, 'pre012'), 'pre012')).toEqual({
      kind: 'DockerImage',
      apiVersion: 'image.openshift.io/pre012',
      id: '',
      created: null,
      container_config: {},
    });
  });
});
