import { z } from 'zod';

/** A command: what it takes, and what it answers. */
export const define = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ input, output });
export const nothing = z.object({});
export const done = z.object({});
