import type { FieldError } from './field-error.js';
import type { Status } from './gen/meta-v1.js';

/** What a webhook is asked about: `admission.k8s.io/v1` AdmissionRequest. */
export interface AdmissionRequest<T = unknown> {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly resource: {
    readonly group: string;
    readonly version: string;
    readonly resource: string;
  };
  readonly subResource?: string;
  readonly requestKind?: {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  };
  readonly requestResource?: {
    readonly group: string;
    readonly version: string;
    readonly resource: string;
  };
  readonly requestSubResource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly userInfo: {
    readonly username?: string;
    readonly uid?: string;
    readonly groups?: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  /** The object after the operation; null for DELETE. */
  readonly object?: T | null;
  /** The object before the operation; null for CREATE. */
  readonly oldObject?: T | null;
  readonly dryRun?: boolean;
  readonly options?: Readonly<Record<string, unknown>> | null;
}

/** What a webhook answers: `admission.k8s.io/v1` AdmissionResponse. `patch` is base64 of a JSON Patch. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: Partial<Status>;
  readonly patch?: string;
  readonly patchType?: 'JSONPatch';
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
}

/** The envelope of both directions. */
export interface AdmissionReview<T = unknown> {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly request?: AdmissionRequest<T>;
  readonly response?: AdmissionResponse;
}

/**
 * What a policy decided about a request, as a value. An exception is never a verdict: it is a fault.
 * A server and an admission library share this type, so that neither needs to know the other.
 */
export type Verdict =
  | { readonly type: 'allow'; readonly warnings: readonly string[] }
  | { readonly type: 'patch'; readonly object: unknown; readonly warnings: readonly string[] }
  | {
      readonly type: 'deny';
      readonly message: string;
      readonly errors: readonly FieldError[];
      readonly code: number;
      readonly warnings: readonly string[];
    };
