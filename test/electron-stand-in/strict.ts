/**
 * Makes reading a member that is not there an error that says so, instead of `undefined`: the stand-in has only what the shell
 * uses. Symbols and `then` stay quiet, because promises and inspection ask for them.
 */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get: (object, property) => {
      if (typeof property === 'symbol' || property in object || property === 'then' || property === 'toJSON') {
        const value: unknown = Reflect.get(object, property, object);
        return typeof value === 'function' && !Object.hasOwn(object, property) ? value.bind(object) : value;
      }
      throw new Error(`The Electron stand-in has no ${name}.${property}: add it, or test this on real Electron.`);
    },
  });
}
