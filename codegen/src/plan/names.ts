/** Names no declaration may take: TypeScript's own, and the global types generated text leans on. */
const reserved: ReadonlySet<string> = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false ' +
    'finally for function if import in instanceof new null return super switch this throw true try ' +
    'typeof var void while with implements interface let package private protected public static ' +
    'yield await any unknown never object string number boolean symbol bigint undefined arguments ' +
    'eval Record Array Readonly Partial Promise Object'
  ).split(' '),
);

/** True when the name can be declared in a module without quotes or shadowing. */
export function isDeclarable(name: string): boolean {
  return isIdentifier(name) && !reserved.has(name);
}

/** True for a plain ASCII identifier, which needs no quotes as a property name. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name);
}

/** The nearest name that can be declared: odd characters become `_`, reserved words get one behind. */
export function toDeclarable(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_$]/g, '_').replace(/^(?=\d|$)/, '_');
  return reserved.has(plain) ? `${plain}_` : plain;
}

/**
 * Lower camel case of a kind: `ImagePolicy` gives `imagePolicy`, `CSIDriver` gives `csiDriver`,
 * `APIService` gives `apiService`.
 */
export function lowerFirst(name: string): string {
  const head = /^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/.exec(name)?.[0] ?? '';
  return head.toLowerCase() + name.slice(head.length);
}

/**
 * The plural of a resource with the capitals of its kind: `networkpolicies` and `NetworkPolicy` give
 * `networkPolicies`. A plural unlike the kind stays as it is.
 */
export function pluralOfKind(kind: string, plural: string): string {
  const lowered = kind.toLowerCase();
  let shared = 0;
  while (shared < lowered.length && lowered[shared] === plural[shared]) shared += 1;
  if (shared < lowered.length - 1) return toDeclarable(plural);
  return toDeclarable(lowerFirst(kind.slice(0, shared) + plural.slice(shared)));
}

/** Upper camel case of a dashed name: `apps-v1` gives `AppsV1`. */
export function upperCamel(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');
}

/** Hands out names of one scope; a name that is taken, in whatever case, gets a number behind it. */
export class NameScope {
  readonly #taken = new Set<string>();

  /** True when the name, in whatever case, was handed out before. */
  has(name: string): boolean {
    return this.#taken.has(name.toLowerCase());
  }

  /** The name itself when it is free, else the first free one of `name2`, `name3` … */
  take(name: string): string {
    let candidate = name;
    for (let count = 2; this.has(candidate); count += 1) candidate = `${name}${count}`;
    this.#taken.add(candidate.toLowerCase());
    return candidate;
  }
}
