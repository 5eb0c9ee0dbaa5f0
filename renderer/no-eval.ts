import { config } from 'zod';

/** Zod compiles schemas with `new Function` unless told not to, which the content security policy forbids. Imported first. */
config({ jitless: true });
