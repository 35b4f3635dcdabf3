import type {
  AccessDenial,
  ImageStreamLimits,
  ServerDefaults,
  StreamLookup,
  StreamName,
} from '@imagestream/image-v1';
import type { AllowedRegistries, AllowedRegistry } from './allowed-registries.js';

/** Which request an object is judged for. */
export type Operation =
  /** A POST of the object as a client sends it. */
  | 'create'
  /** A PUT of the object over `oldObject`. */
  | 'update'
  /** A PUT to the status subresource of an image stream. */
  | 'statusUpdate'
  /** No request: the whole object as it stands, nothing filled in, nothing reset. */
  | 'object';

/**
 * What {@link validate} may know besides the object.
 *
 * For `create`, `update` and `statusUpdate` the object is treated as the server treats a body: defaults first, members
 * that belong to the server reset, tags followed, then the rules. What the server would look up elsewhere comes from
 * here.
 */
export interface ValidationContext extends ServerDefaults {
  /** `object` unless given. */
  readonly operation?: Operation;
  /** The stored object, for updates. Without one an update is judged as one that changes nothing. */
  readonly oldObject?: unknown;
  /** The registries images may come from. Absent: all of them. */
  readonly allowedRegistries?: readonly AllowedRegistry[];
  /** The host of the cluster's own registry. `''` means there is none; absent means OpenShift's usual one. */
  readonly internalRegistry?: string;
  /** `server` (the default) takes what the API server takes; `strict` refuses unknown members and repeated entries as well. */
  readonly mode?: 'server' | 'strict';
  /**
   * Answers for an image stream that a tag follows. Without it such tags are taken for resolvable, whatever they name.
   */
  readonly findStream?: (name: StreamName) => StreamLookup;
  /**
   * Says how an access review for a stream of another namespace ended, or nothing when it allowed. Without it all are
   * allowed.
   */
  readonly reviewAccess?: (target: StreamName) => AccessDenial | undefined;
  /** How many tags and images a stream may hold. Absent means no limit. */
  readonly limits?: ImageStreamLimits;
  /** Check imports against the allowed registries, as for a user who may not create images. */
  readonly restrictsImports?: boolean;
  /** The time of new events, RFC 3339. It never decides about an error. */
  readonly now?: string;
}

/** A context with everything filled in. */
export interface ReviewContext extends ValidationContext {
  readonly operation: Operation;
  readonly internalRegistry: string;
  readonly registries: AllowedRegistries;
  readonly findStream: (name: StreamName) => StreamLookup;
  readonly now: string;
}

/** Where OpenShift's own registry is reached from inside a cluster. */
export const INTERNAL_REGISTRY = 'image-registry.openshift-image-registry.svc:5000';
