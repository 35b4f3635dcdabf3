import { posix } from 'node:path';
import { upperCamel } from '../plan/names.js';
import type { PlannedModule } from '../plan/planned.js';
import { banner, emitPerModule } from './emitted-file.js';
import type { Emitter } from './emitted-file.js';
import { joinParts, quote } from './layout-text.js';

/** One index per module, and one above them that gives every module a name. */
export const emitIndexFiles: Emitter = (_model, plan) => {
  const modules = plan.modules.filter((module) => module.layout.files.index !== undefined);
  if (modules.length === 0) return [];
  const files = emitPerModule(
    plan,
    (module) => module.layout.files.index,
    (module) => joinParts([banner(module.layout.document), exportsOf(module)]),
  );
  const lines = modules.map((module) => {
    const name = upperCamel(module.layout.id);
    const camel = name.slice(0, 1).toLowerCase() + name.slice(1);
    const identifier = /^\d/.test(camel) ? `_${camel}` : camel;
    const path = `./${module.layout.files.index?.replace(/\.ts$/, '.js') ?? ''}`;
    return `export * as ${identifier} from ${quote(path)};\n`;
  });
  const documents = [...new Set(modules.map((module) => module.layout.document))].join(', ');
  return [...files, { path: 'index.ts', text: joinParts([banner(documents), lines.join('')]) }];
};

function exportsOf(module: PlannedModule): string {
  const { files } = module.layout;
  const line = (path: string | undefined, keyword: string): string =>
    path === undefined
      ? ''
      : `${keyword} from ${quote(`./${posix.basename(path).replace(/\.ts$/, '.js')}`)};\n`;
  return [
    line(files.types, 'export type *'),
    line(files.create, 'export type *'),
    line(files.guards, 'export *'),
    line(files.resources, 'export *'),
  ].join('');
}
