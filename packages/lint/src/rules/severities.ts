import type { Preset, Severity } from '../rule.js';

type Severities = Readonly<Partial<Record<Preset, Severity>>>;

/** The server refuses it. */
export const REFUSED: Severities = {
  server: 'error',
  recommended: 'error',
  strict: 'error',
  gitops: 'error',
  catalog: 'error',
};

/** The server takes it, and it will not work. */
export const BROKEN: Severities = {
  recommended: 'warning',
  strict: 'error',
  gitops: 'warning',
  catalog: 'warning',
};

/** It works, but hardly as it was meant. */
export const DOUBTFUL: Severities = {
  recommended: 'warning',
  strict: 'warning',
  gitops: 'warning',
  catalog: 'warning',
};

/** Worth knowing; so common that more would be noise. */
export const NOTE: Severities = {
  recommended: 'info',
  strict: 'warning',
  gitops: 'info',
  catalog: 'info',
};

/** Worth knowing, and never more. */
export const REMARK: Severities = {
  recommended: 'info',
  strict: 'info',
  gitops: 'info',
  catalog: 'info',
};

/** What only a strict reader wants to hear. */
export const STRICT_ONLY: Severities = { strict: 'warning' };

/** What only a strict reader wants to know. */
export const STRICT_REMARK: Severities = { strict: 'info' };

/** What does not belong into a file that a tool compares with the cluster again and again. */
export const GITOPS: Severities = {
  recommended: 'info',
  strict: 'warning',
  gitops: 'warning',
  catalog: 'info',
};

/** What a catalogue of builder images needs to be shown well. */
export const CATALOG: Severities = { catalog: 'warning' };
