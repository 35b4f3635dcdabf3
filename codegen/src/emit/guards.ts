import type { PlannedType } from '../plan/planned.js';
import { banner, emitPerModule } from './emitted-file.js';
import type { Emitter } from './emitted-file.js';
import { importLines, joinParts, maxWidth, quote, scopeOf } from './layout-text.js';

const isKind = `/** Looks at apiVersion and kind only; whether the rest fits is a validator's question. */
function isKind(value: unknown, apiVersion: string, kind: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const object: { apiVersion?: unknown; kind?: unknown } = value;
  return object.apiVersion === apiVersion && object.kind === kind;
}`;

/** One guard per kind and list: \`isX(value)\` by apiVersion and kind. */
export const emitGuards: Emitter = (_model, plan) =>
  emitPerModule(
    plan,
    (module) => module.layout.files.guards,
    (module, path) => {
      const scope = scopeOf(plan.files, path);
      const guards = module.types.flatMap((type) =>
        type.guardName === undefined ? [] : [printGuard(type, type.guardName, scope.types)],
      );
      const parts = guards.length === 0 ? ['export {};'] : [isKind, ...guards];
      return joinParts([banner(module.layout.document), importLines(scope.imports), ...parts]);
    },
  );

function printGuard(type: PlannedType, guard: string, names: ReadonlyMap<string, string>): string {
  const [gvk] = type.declaration.groupVersionKinds;
  if (gvk === undefined) return '';
  const apiVersion = gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
  const local = names.get(type.declaration.name) ?? type.name;
  const flat = `export function ${guard}(value: unknown): value is ${local} {`;
  const broken = `export function ${guard}(\n  value: unknown,\n): value is ${local} {`;
  const head = flat.length <= maxWidth ? flat : broken;
  const doc = `/** True for an object whose apiVersion is ${apiVersion} and whose kind is ${gvk.kind}. */\n`;
  return `${doc}${head}\n${callLine(apiVersion, gvk.kind)}}`;
}

function callLine(apiVersion: string, kind: string): string {
  const flat = `  return isKind(value, ${quote(apiVersion)}, ${quote(kind)});`;
  if (flat.length <= maxWidth) return `${flat}\n`;
  return `  return isKind(\n    value,\n    ${quote(apiVersion)},\n    ${quote(kind)},\n  );\n`;
}
