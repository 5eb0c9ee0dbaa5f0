/** Stands in for node:timers/promises in the engine: time is the scheduler's. */
function refuse(): never {
  throw new Error('a real timer in the simulation');
}

export const setImmediate = refuse;
export const setTimeout = refuse;
export const setInterval = refuse;
