import {
  isStatus,
  makeStatus,
  STATUS_CODES,
  type Status,
  type StatusReason,
} from '@imagestream/core';
import { makeApiError, type ApiError, type RequestInfo } from './errors.js';

// What a proxy's error page may add to a message. A Status is far below, so more is never needed.
const MAX_SHOWN = 300;

/** The error an unsuccessful answer stands for, whether it carries a Status, a plain text or a page of HTML. */
export async function readError(
  response: Response,
  request: RequestInfo,
  nowMs: number,
): Promise<ApiError> {
  const text = await response.text();
  const header = response.headers.get('Retry-After');
  return makeApiError(
    parseStatus(text) ?? describe(response, text),
    request,
    header === null ? undefined : parseRetryAfter(header, nowMs),
  );
}

function parseStatus(text: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isStatus(value) ? value : undefined;
  } catch {
    // Not JSON: a proxy, or the API server's own plain texts. The caller describes it.
    return undefined;
  }
}

function describe(response: Response, text: string): Status {
  const code = response.status;
  const said = text.trim().slice(0, MAX_SHOWN) || response.statusText || 'nothing more';
  const reason = reasonOf(code);
  return reason === undefined
    ? {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: `${code}: ${said}`,
        code,
      }
    : makeStatus({ reason, message: `${code}: ${said}`, code });
}

function reasonOf(code: number): StatusReason | undefined {
  // 409 is both AlreadyExists and Conflict; without a Status nobody can tell, and Conflict promises less.
  if (code === 409) return 'Conflict';
  // The keys of STATUS_CODES are the reasons.
  return (Object.keys(STATUS_CODES) as StatusReason[]).find((r) => STATUS_CODES[r] === code);
}

/** Milliseconds to wait, from seconds or an HTTP date; undefined when it is neither. */
export function parseRetryAfter(header: string, nowMs: number): number | undefined {
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
