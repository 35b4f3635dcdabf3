import type { SignatureCondition } from '@imagestream/image-v1';

/** The conditions of a signature that count: the latest of each of the two types the server knows. */
export interface SignatureVerdicts {
  readonly trusted: SignatureCondition | undefined;
  readonly forImage: SignatureCondition | undefined;
}

/**
 * Picks the latest condition of each type by its probe time; of two with the same time the later one in the list
 * counts. Conditions of other types are ignored.
 *
 * Source: signature-conditions.
 */
export function pickConditions(conditions: readonly SignatureCondition[]): SignatureVerdicts {
  return { trusted: latest(conditions, 'Trusted'), forImage: latest(conditions, 'ForImage') };
}

function latest(
  conditions: readonly SignatureCondition[],
  type: string,
): SignatureCondition | undefined {
  let picked: SignatureCondition | undefined;
  for (const condition of conditions) {
    if (condition.type !== type) continue;
    if (picked === undefined || probeTime(condition) >= probeTime(picked)) picked = condition;
  }
  return picked;
}

/** Times are in whole seconds and UTC once normalized, so their texts compare like the times. */
function probeTime(condition: SignatureCondition): string {
  return condition.lastProbeTime ?? '';
}
