import { DiagnosticBag } from './diagnostics.js';
import type { Diagnostic } from './diagnostics.js';
import type { EmittedFile } from './emit/emitted-file.js';
import { emitters } from './emit/emitters.js';
import { applyFixups } from './fixups/apply-fixups.js';
import type { FixupChoice } from './fixups/apply-fixups.js';
import type { RawInput } from './load/raw-input.js';
import type { ApiModel } from './model/api-model.js';
import { buildModel, reportKindsWithoutGroup } from './model/build-model.js';
import { selectGroups } from './model/select-groups.js';
import { normalise } from './normalise/normalise.js';
import { defaultProducts, layoutPerPackage } from './plan/layout.js';
import type { Layout, Product } from './plan/layout.js';
import { makePlan } from './plan/plan.js';

/** What to make of the inputs. */
export interface GenerateOptions {
  /** Only these groups, such as `apps/v1` (`v1` is the core group), and what they refer to. Default: everything. */
  readonly groups?: readonly string[];
  /** Faults of documents are errors, not warnings. Definition sources are always read so. Default: false. */
  readonly strict?: boolean;
  readonly fixups?: readonly FixupChoice[];
  /** Where everything goes. Default: one folder per definition package with `products` in it. */
  readonly layout?: Layout;
  /** Used without `layout`. Default: types, create, resources, guards, index. */
  readonly products?: readonly Product[];
}

/** The output in memory, and what there is to say about the inputs. */
export interface Generated {
  readonly files: readonly EmittedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The whole pipeline behind loading: normalise → fixups → model → plan → emit. Pure: the same inputs
 * give the same bytes, whatever the order of their keys. Rejects with a CodegenError after the first stage
 * that found an error, with everything found until then.
 */
export async function generate(
  inputs: readonly RawInput[],
  options: GenerateOptions = {},
  bag: DiagnosticBag = new DiagnosticBag(),
): Promise<Generated> {
  const model = readModel(inputs, options, bag);
  const layout = options.layout ?? layoutPerPackage(model, options.products ?? defaultProducts);
  const plan = makePlan(model, layout, bag);
  bag.throwIfErrors();

  const files = (await Promise.all(emitters.map(async (emit) => emit(model, plan)))).flat();
  return { files, diagnostics: bag.all };
}

/** The first half: from raw inputs to the model that every emitter reads. */
export function readModel(
  inputs: readonly RawInput[],
  options: GenerateOptions,
  bag: DiagnosticBag,
): ApiModel {
  bag.throwIfErrors(); // Whatever the loaders complained about.
  const normalised = normalise(inputs, bag, { strict: options.strict ?? false });
  bag.throwIfErrors();
  const fixed = applyFixups(normalised, options.fixups ?? [], bag);
  bag.throwIfErrors();
  const model = selectGroups(buildModel(fixed, bag), options.groups ?? [], bag);
  reportKindsWithoutGroup(model, bag);
  bag.throwIfErrors();
  return model;
}
