/** The part of the package that `railroad.ts` uses; it ships no types. */
declare module '@prantlf/railroad-diagrams' {
  export class Node {
    toStandalone(style?: string): string;
  }
  export type Part = Node | string;
  export class Diagram extends Node {
    constructor(...parts: Part[]);
  }
  export class Sequence extends Node {
    constructor(...parts: Part[]);
  }
  export class Stack extends Node {
    constructor(...parts: Part[]);
  }
  export class Choice extends Node {
    constructor(normal: number, ...options: Part[]);
  }
  export class Optional extends Node {
    constructor(part: Part);
  }
  export class OneOrMore extends Node {
    constructor(part: Part, separator?: Part);
  }
  export class ZeroOrMore extends Node {
    constructor(part: Part, separator?: Part);
  }
  export class Terminal extends Node {
    constructor(text: string);
  }
  export class NonTerminal extends Node {
    constructor(text: string);
  }
  export class Skip extends Node {}
}
