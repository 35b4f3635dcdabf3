import { fillImage, type Image } from '@imagestream/image-v1';
import { JsonSyntaxError } from '../../decode/json-node.js';
import { readJson } from '../../decode/read-json.js';
import { plainError } from '../plain-error.js';
import { formatTime, type RequestContext } from '../request-context.js';

/** Fills an image in from its manifest. Throws an error without reason when the manifest cannot be read. */
export function fillStoredImage(context: RequestContext, stored: Image): Image {
  const { image, problem } = fillImage(stored, formatTime(context.now()));
  if (problem !== undefined) throw plainError(syntaxProblem(stored) ?? problem.message);
  return image;
}

/** What Go's decoder says of the texts of an image. */
function syntaxProblem({ dockerImageManifest, dockerImageConfig }: Image): string | undefined {
  const ofManifest = syntaxErrorOf(dockerImageManifest ?? '');
  if (ofManifest !== undefined) return ofManifest;
  const ofConfig = syntaxErrorOf(dockerImageConfig || '{}');
  return ofConfig === undefined ? undefined : `failed to parse dockerImageConfig: ${ofConfig}`;
}

function syntaxErrorOf(text: string): string | undefined {
  try {
    readJson(new TextEncoder().encode(text));
    return undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
}
