declare module 'node:buffer' {
  export { Buffer } from './node-buffer.ts';
}
