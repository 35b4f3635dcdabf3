import { compareText } from './json.js';

/** The place a complaint is about: a file as the user named it, and an RFC 6901 pointer into it. */
export interface SourcePointer {
  readonly file: string;
  readonly pointer: string;
}

/** One complaint about an input, a configuration or the generator's own output. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** `error` stops the run before anything is written; `warning` and `info` do not. */
  readonly severity: 'error' | 'warning' | 'info';
  readonly source: SourcePointer;
  /** What is wrong, with the value that is wrong. */
  readonly message: string;
}

/** Every code with its cause and its fix. A code that is not here does not compile. */
const diagnosticTexts = {
  'input-unreadable': {
    cause: 'The input could not be opened or fetched.',
    fix: 'Check the path or URL and its permissions.',
  },
  'input-malformed': {
    cause: 'The text is neither JSON nor YAML, or one key stands twice in the same object.',
    fix: 'Correct the text at the place named.',
  },
  'input-unknown-format': {
    cause:
      'The document is none of: OpenAPI v2 or v3, an /openapi/v3 index, a definition source, a CustomResourceDefinition.',
    fix: 'Give a document with `swagger`, `openapi` or `kind: CustomResourceDefinition` at its root.',
  },
  'input-external-reference': {
    cause:
      'A reference leaves its document. Kubernetes-style documents refer to their own definitions only.',
    fix: 'Bundle the documents first, or give the other one as an input of its own and refer by name.',
  },
  'malformed-source': {
    cause:
      'A definition source does not have the form that the README of the source folder describes.',
    fix: 'Correct the key or value at the place named.',
  },
  'missing-description': {
    cause: 'Something that is published has no description, so its readers learn nothing.',
    fix: 'Add a sentence of your own words at the place named.',
  },
  'duplicate-definition': {
    cause: 'Two definitions have the same full name and differ.',
    fix: 'Rename or remove one of them; with several inputs, give documents of one server version.',
  },
  'dangling-reference': {
    cause: 'A `$ref` names a definition that no input holds.',
    fix: 'Correct the name, add the definition, or give the document that holds it as another input.',
  },
  'malformed-schema': {
    cause: 'A schema keyword has a value of the wrong JSON type.',
    fix: 'Give the keyword the type the OpenAPI specification asks for.',
  },
  'unknown-extension': {
    cause: 'The extension key is not one the generator knows, so its meaning would be lost.',
    fix: 'Correct the spelling, or teach normalise/extensions.ts what it means.',
  },
  'unknown-keyword': {
    cause: 'The schema keyword is not one of the OpenAPI schema object.',
    fix: 'Correct the spelling, or remove it.',
  },
  'ill-typed-default': {
    cause: 'The default does not fit the type it stands beside.',
    fix: 'Give a default of that type, or none. The default is left out of everything generated.',
  },
  'required-unknown-property': {
    cause: '`required` names a property that the schema does not describe.',
    fix: 'Add the property or take the name out of `required`.',
  },
  'list-key-unknown-property': {
    cause: 'A list key or merge key names a property that the item does not have.',
    fix: "Nothing to do when the document is upstream's: the list is then merged by position, as the server does.",
  },
  'unsupported-schema': {
    cause: 'This combination of keywords has no counterpart in the model yet.',
    fix: 'It is typed `unknown` and accepted by validators. Report the document if you need more.',
  },
  'unsupported-operation': {
    cause: 'The operation has no counterpart in the model yet, and no method is generated for it.',
    fix: 'Call it through a plain request.',
  },
  'kinds-without-group-version-kind': {
    cause: 'The document has kinds but says nowhere which group and version they belong to.',
    fix: 'Name the group with --group group/version, or give the document an API server serves.',
  },
  'kind-name-collision': {
    cause: 'Two definitions of one module would get the same TypeScript name.',
    fix: 'Nothing to do: the second is renamed as told. A configured `rename` gives it a better name.',
  },
  'unknown-group': {
    cause: 'No definition or operation of the inputs belongs to the group and version asked for.',
    fix: 'Run `imagestream-codegen inspect` on the input to see its groups.',
  },
  'unplanned-package': {
    cause: 'A definition belongs to a package that the configuration gives no file.',
    fix: 'Add the package to a module of the configuration.',
  },
  'fixup-without-effect': {
    cause: 'A fixup changed nothing: what it corrected is no longer in the input.',
    fix: 'Remove the fixup from the configuration.',
  },
  'unknown-fixup': {
    cause: 'The configuration names a fixup that does not exist.',
    fix: 'Use one of the ids in fixups/registry.ts.',
  },
  'output-conflict': {
    cause: 'Two emitters want to write the same file.',
    fix: 'Give them different files in the configuration.',
  },
  'output-stale': {
    cause: 'A generated file differs from what the inputs give.',
    fix: 'Run the same command without --check and commit the result.',
  },
} as const;

/** The stable name of a complaint. */
export type DiagnosticCode = keyof typeof diagnosticTexts;

/** Cause and fix of a code. */
export function explainDiagnostic(code: DiagnosticCode): {
  readonly cause: string;
  readonly fix: string;
} {
  return diagnosticTexts[code];
}

/** Prints one complaint on four lines: what, where, why, what to do. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const text = explainDiagnostic(diagnostic.code);
  const { file, pointer } = diagnostic.source;
  return [
    `${diagnostic.severity} ${diagnostic.code}: ${diagnostic.message}`,
    `  at ${file}${pointer === '' ? '' : `#${pointer}`}`,
    `  cause: ${text.cause}`,
    `  fix: ${text.fix}`,
  ].join('\n');
}

/** Errors first, then by place, code and message: one order on every machine. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const rank = { error: 0, warning: 1, info: 2 };
  return [...diagnostics].sort(
    (a, b) =>
      rank[a.severity] - rank[b.severity] ||
      compareText(a.source.file, b.source.file) ||
      compareText(a.source.pointer, b.source.pointer) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/**
 * Collects complaints while a stage runs. A stage never stops at the first one: it says all it has
 * to say, and the pipeline stops after the stage when an error is among them.
 */
export class DiagnosticBag {
  #found: Diagnostic[] = [];

  /** Adds a complaint that stops the run. */
  error(code: DiagnosticCode, source: SourcePointer, message: string): void {
    this.#found.push({ code, severity: 'error', source, message });
  }

  /** Adds a complaint that does not stop the run. */
  warn(code: DiagnosticCode, source: SourcePointer, message: string): void {
    this.#found.push({ code, severity: 'warning', source, message });
  }

  /** Adds a remark: something was decided that a reader may want to know. */
  info(code: DiagnosticCode, source: SourcePointer, message: string): void {
    this.#found.push({ code, severity: 'info', source, message });
  }

  /** Everything found so far, in reporting order. */
  get all(): readonly Diagnostic[] {
    return sortDiagnostics(this.#found);
  }

  /** Forgets the complaints, errors excepted, that are not about what is left of the inputs. */
  retain(isAbout: (source: SourcePointer) => boolean): void {
    this.#found = this.#found.filter(
      ({ severity, source }) => severity === 'error' || isAbout(source),
    );
  }

  /** Throws a CodegenError with everything found when an error is among it. */
  throwIfErrors(): void {
    if (this.#found.some((found) => found.severity === 'error')) throw new CodegenError(this.all);
  }
}

/** The inputs or the configuration do not allow a result. Nothing has been written. */
export class CodegenError extends Error {
  override readonly name = 'CodegenError';
  /** At least one of them is an error. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.diagnostics = diagnostics;
  }
}
