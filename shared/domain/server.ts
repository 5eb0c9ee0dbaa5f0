import { z } from 'zod';

export const regionSchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/);

/** `http(s)://host[:port][/path]`: no credentials, query or fragment in it. */
export const endpointUrlSchema = z
  .string()
  .trim()
  .max(2048)
  .regex(/^https?:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(\/[^\s?#]*)?$/);
