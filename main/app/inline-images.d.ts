/** A picture that becomes part of the bundle, as a data: URL (Vite). */
declare module '*.png?inline' {
  const dataUrl: string;
  export default dataUrl;
}
