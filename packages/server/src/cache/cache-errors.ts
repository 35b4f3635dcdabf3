/** The revision asked for has left the history of the cache: a 410 to the client. */
export class RevisionExpiredError extends Error {
  readonly requestedRevision: number;
  /** The oldest revision that can still be served. */
  readonly oldestRevision: number;

  constructor(requestedRevision: number, oldestRevision: number) {
    super(`revision ${requestedRevision} is older than ${oldestRevision}, the oldest one kept`);
    this.name = 'RevisionExpiredError';
    this.requestedRevision = requestedRevision;
    this.oldestRevision = oldestRevision;
  }
}

/** The revision asked for has not been reached: a 504 to the client. */
export class RevisionTooLargeError extends Error {
  readonly requestedRevision: number;
  readonly currentRevision: number;

  constructor(requestedRevision: number, currentRevision: number) {
    super(`revision ${requestedRevision} is ahead of ${currentRevision}, the current one`);
    this.name = 'RevisionTooLargeError';
    this.requestedRevision = requestedRevision;
    this.currentRevision = currentRevision;
  }
}
