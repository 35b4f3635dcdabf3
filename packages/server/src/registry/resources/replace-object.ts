/**
 * Gives an object the members of another one, in place: what a hook computed becomes the object that the registry goes on
 * with. Members the other one lacks are removed.
 */
export function replaceObject<T extends object>(object: T, other: T): void {
  for (const name of Object.keys(object)) {
    if (!Object.hasOwn(other, name)) Reflect.deleteProperty(object, name);
  }
  Object.assign(object, other);
}
