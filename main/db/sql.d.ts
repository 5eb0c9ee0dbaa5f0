/** Vite and Vitest give the text of a file imported with `?raw`. */
declare module '*.sql?raw' {
  const text: string;
  export default text;
}
