import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A request of a recorded story, as it was sent; see test/fixtures/exchanges/README.md. */
export interface RecordedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
  bodyEncoding?: 'json' | 'text' | 'base64';
  during?: number[];
  bodyRecipe?: BodyRecipe;
  skip?: string;
}

/** How to make a body that is too large to store. */
export type BodyRecipe =
  | { repeat: unknown; count: number }
  | { object: unknown; pad: { pointer: string; text: string; count: number } };

/** The answer the real server gave. */
export interface RecordedResponse {
  status: number;
  headers: Record<string, string | string[]>;
  bodyEncoding?: 'json' | 'text' | 'base64' | 'empty';
  body?: unknown;
  events?: unknown[];
  contains?: string[];
  digest?: OpenApiDigest;
}

/** What must be in an OpenAPI document. */
export interface OpenApiDigest {
  kind: string;
  paths?: string[];
  definitions?: string[];
  openapi?: string;
  swagger?: string;
}

/** A recorded story of requests with what may differ in the answers. */
export interface Recording {
  name: string;
  group: string;
  about: string;
  namespace: string;
  server?: 'opts' | 'nohost';
  registry?: boolean;
  readOnly?: string;
  volatile?: string[];
  opaque?: string[];
  unordered?: string[];
  nondeterministic?: string[];
  subset?: string[];
  steps: { request: RecordedRequest; response: RecordedResponse }[];
}

/** Reads every recording below a folder, in the order of group and name. */
export function readRecordings(folder: string): Recording[] {
  const groups = readdirSync(folder, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  return groups
    .map((group) => group.name)
    .sort()
    .flatMap((group) =>
      readdirSync(join(folder, group))
        .sort()
        .map((file): Recording => {
          const recording = JSON.parse(
            readFileSync(join(folder, group, file), 'utf8'),
          ) as Recording;
          return { ...recording, group };
        }),
    );
}
