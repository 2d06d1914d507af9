/** The part of nerdamer that is used; its own types do not cover the bundle with all its modules. */
declare module 'nerdamer/all.js' {
  interface Nerdamer {
    (expression: string): { toString(): string };
    flush(): unknown;
    clearVars(): unknown;
  }
  const nerdamer: Nerdamer;
  export = nerdamer;
}
