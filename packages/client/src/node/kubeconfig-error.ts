/** A configuration cannot be found, read or used. The message says which part of which file, and never a secret. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}
