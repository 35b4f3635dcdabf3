/**
 * The documents of discovery as protobuf, which some clients prefer: the frame `k8s\0`, an envelope that names the kind,
 * and inside it the message. Objects of the API are served as JSON and YAML only. Source: api-discovery-protobuf.
 */
import type { APIGroup, APIGroupList, APIResource, APIResourceList } from '@imagestream/core';
import { encodeUtf8 } from './exchange.js';
import { joinBytes } from './exchange.js';

/** The media type of Kubernetes' protobuf. */
export const protobufType = 'application/vnd.kubernetes.protobuf';

/** A document that can be written as protobuf. */
export type DiscoveryDocument = APIGroup | APIGroupList | APIResourceList;

const frame = new Uint8Array([0x6b, 0x38, 0x73, 0x00]);

/** A discovery document as protobuf. */
export function encodeDiscovery(document: DiscoveryDocument): Uint8Array {
  const { apiVersion = '', kind = '' } = document;
  return joinBytes([
    frame,
    message(1, [text(1, apiVersion), text(2, kind)]),
    message(2, bodyOf(document)),
    text(3, ''),
    text(4, ''),
  ]);
}

function bodyOf(document: DiscoveryDocument): Uint8Array[] {
  if ('groups' in document) {
    return (document.groups ?? []).map((group) => message(1, encodeGroup(group)));
  }
  if ('resources' in document) {
    const resources = document.resources ?? [];
    return [
      text(1, document.groupVersion),
      ...resources.map((resource) => message(2, encodeResource(resource))),
    ];
  }
  return encodeGroup(document);
}

type GroupVersion = NonNullable<APIGroup['preferredVersion']>;

function encodeGroup(group: APIGroup): Uint8Array[] {
  const { preferredVersion = { groupVersion: '', version: '' } } = group;
  return [
    text(1, group.name),
    ...(group.versions ?? []).map((version) => message(2, encodeVersion(version))),
    message(3, encodeVersion(preferredVersion)),
    ...(group.serverAddressByClientCIDRs ?? []).map(({ clientCIDR, serverAddress }) =>
      message(4, [text(1, clientCIDR), text(2, serverAddress)]),
    ),
  ];
}

function encodeVersion({ groupVersion, version }: GroupVersion): Uint8Array[] {
  return [text(1, groupVersion), text(2, version)];
}

function encodeResource(resource: APIResource): Uint8Array[] {
  return [
    text(1, resource.name),
    flag(2, resource.namespaced),
    text(3, resource.kind),
    message(
      4,
      resource.verbs.map((verb) => text(1, verb)),
    ),
    ...(resource.shortNames ?? []).map((name) => text(5, name)),
    text(6, resource.singularName),
    ...(resource.categories ?? []).map((category) => text(7, category)),
    text(8, resource.group ?? ''),
    text(9, resource.version ?? ''),
    text(10, resource.storageVersionHash ?? ''),
  ];
}

const lengthDelimited = 2;

function message(field: number, members: readonly Uint8Array[]): Uint8Array {
  return delimited(field, joinBytes(members));
}

function text(field: number, value: string): Uint8Array {
  return delimited(field, encodeUtf8(value));
}

function flag(field: number, value: boolean): Uint8Array {
  return new Uint8Array([field << 3, value ? 1 : 0]);
}

function delimited(field: number, bytes: Uint8Array): Uint8Array {
  return joinBytes([varint((field << 3) | lengthDelimited), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return new Uint8Array([...bytes, rest]);
}
