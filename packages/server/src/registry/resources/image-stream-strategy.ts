import {
  normalizeImageStream,
  prepareImageStreamForCreate,
  prepareImageStreamForInternalUpdate,
  prepareImageStreamForStatusUpdate,
  prepareImageStreamForUpdate,
  withRepositories,
  type ImageStream,
  type RegistryHosts,
} from '@imagestream/image-v1';
import {
  createAllowedRegistries,
  validateImageStream,
  validateImageStreamStatusUpdate,
  validateImageStreamUpdate,
  type AllowedRegistries,
} from '@imagestream/validators';
import type { Strategy } from '../strategy.js';
import { replaceObject } from './replace-object.js';
import { checkLimits, completeStream, type StreamWriteParts } from './stream-writes.js';

/**
 * The rules of `imagestreams` for clients: what they send as status is thrown away, what the spec says is followed.
 *
 * Source: stream-create-status, stream-update-status, tag-follow.
 */
export function createPublicStreamStrategy(parts: StreamWriteParts): Strategy<ImageStream> {
  const { hosts, registries, base } = commonParts(parts);
  return {
    ...base,
    prepareForCreate(_context, object) {
      replaceObject(object, prepareImageStreamForCreate(object, hosts));
    },
    async validateCreate(context, object) {
      const write = { stream: object, old: undefined, tracks: true };
      const { stream, errors } = await completeStream(parts, context, write);
      replaceObject(object, stream);
      return [...errors, ...validateImageStream(object, registries)];
    },
    prepareForUpdate(_context, object, old) {
      replaceObject(object, prepareImageStreamForUpdate(object, { old, hosts }));
    },
    async validateUpdate(context, object, old) {
      const { stream, errors } = await completeStream(parts, context, {
        stream: object,
        old,
        tracks: false,
      });
      replaceObject(object, stream);
      // On the server the old stream shares its history with the new one by now, so what has just been followed counts
      // as known when registries are checked. Source: registry-allowed-old.
      const known = { ...old, ...pickStatus(stream) };
      return validateImageStreamUpdate({
        stream: object,
        old: known,
        registries,
        followErrors: errors,
      });
    },
  };
}

/**
 * The rules for writes of the server itself, by tags and imports: the status is theirs to write.
 *
 * Source: stream-internal-update.
 */
export function createInternalStreamStrategy(parts: StreamWriteParts): Strategy<ImageStream> {
  const { hosts, registries, base } = commonParts(parts);
  return {
    ...base,
    prepareForCreate(_context, object) {
      const { status } = object;
      const prepared = prepareImageStreamForCreate(object, hosts);
      const tags = (status?.tags ?? []).filter(
        ({ items, conditions }) => items?.length || conditions?.length,
      );
      const filled = tags.length === 0 ? prepared.status : { ...prepared.status, tags };
      replaceObject(object, { ...prepared, ...(filled === undefined ? {} : { status: filled }) });
    },
    async validateCreate(context, object) {
      const write = { stream: object, old: undefined, tracks: true };
      const { stream, errors } = await completeStream(parts, context, write);
      replaceObject(object, stream);
      return [...errors, ...validateImageStream(object, registries)];
    },
    prepareForUpdate(_context, object, old) {
      replaceObject(object, prepareImageStreamForInternalUpdate(object, { old, hosts }));
    },
    async validateUpdate(context, object, old) {
      const { stream, errors } = await completeStream(parts, context, {
        stream: object,
        old,
        tracks: true,
      });
      replaceObject(object, stream);
      return validateImageStreamUpdate({ stream: object, old, registries, followErrors: errors });
    },
  };
}

/**
 * The rules of `imagestreams/status`: the spec is the stored one but for the lookup policy; nothing is followed; what was
 * sent as status is stored and shown as it is.
 *
 * Source: stream-status-update.
 */
export function createStatusStreamStrategy(parts: StreamWriteParts): Strategy<ImageStream> {
  const { registries, base } = commonParts(parts);
  const { decorate: _decorate, ...undecorated } = base;
  return {
    ...undecorated,
    prepareForCreate() {
      // There is no create on this path; the strategy only ever updates.
    },
    validateCreate: () => [],
    prepareForUpdate(_context, object, old) {
      replaceObject(object, prepareImageStreamForStatusUpdate(object, old));
    },
    validateUpdate(_context, object, old) {
      const limitRefusal = checkLimits(parts, { stream: object, old });
      return validateImageStreamStatusUpdate({ stream: object, old, registries, limitRefusal });
    },
  };
}

interface CommonParts {
  readonly hosts: RegistryHosts;
  readonly registries: AllowedRegistries;
  readonly base: Pick<
    Strategy<ImageStream>,
    'garbageCollectionPolicy' | 'normalize' | 'decorate' | 'selectableFields'
  >;
}

function commonParts({ dependencies }: StreamWriteParts): CommonParts {
  const { settings } = dependencies;
  const hosts = { internal: settings.internalRegistry, external: settings.externalRegistry };
  return {
    hosts,
    registries: createAllowedRegistries(settings.allowedRegistries, settings),
    base: {
      garbageCollectionPolicy: 'DeleteDependents',
      normalize: (object) =>
        normalizeImageStream(object, { importMode: settings.defaultImportMode }),
      decorate(object) {
        object.status = object.metadata.name
          ? withRepositories(object, hosts)
          : { ...object.status, dockerImageRepository: '' };
        // Only the object of a bookmark has neither; an address in the internal registry gives it a namespace.
        // Source: watch-bookmark-decorated.
        if (hosts.internal !== '') object.metadata.namespace ||= 'default';
      },
      selectableFields: (object) => ({
        'spec.dockerImageRepository': object.spec?.dockerImageRepository ?? '',
        'status.dockerImageRepository': object.status?.dockerImageRepository ?? '',
      }),
    },
  };
}

function pickStatus({ status }: ImageStream): Pick<ImageStream, 'status'> {
  return status === undefined ? {} : { status };
}
