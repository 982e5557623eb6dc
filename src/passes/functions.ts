/** The functions of a program while a pass derives further ones from them: each derivative of a function is made once. */
import type { Func } from '../ir/types.js';
import { Activity } from './activity.js';

export class Functions {
  /** All functions, those that were derived included. */
  readonly all: Map<string, Func>;
  readonly activity: Activity;
  private readonly derived = new Map<string, string>();

  constructor(of: Func) {
    this.all = new Map(of.functions);
    this.activity = new Activity(of.functions);
  }

  get(name: string): Func {
    return this.all.get(name) as Func;
  }

  /** The name of the function that `derive` makes, unless `key` tells that it was made before. */
  variant(callee: string, what: string, key: string, derive: (callee: Func) => Func): string {
    const known = this.derived.get(`${what} ${key} ${callee}`);
    if (known !== undefined) return known;
    const name = this.fresh(`${callee}.${what}`);
    this.derived.set(`${what} ${key} ${callee}`, name);
    const func = derive(this.get(callee));
    this.all.set(name, { ...func, name });
    return name;
  }

  /** A name that no function has. */
  private fresh(hint: string): string {
    let k = 1;
    while (this.all.has(`${hint}%${k}`)) k++;
    // The place is taken even before the function is finished.
    this.all.set(`${hint}%${k}`, undefined as never);
    return `${hint}%${k}`;
  }

  /** A function that carries all of them, if there are any. */
  carriedBy(func: Func): Func {
    return this.all.size > 0 ? { ...func, functions: this.all } : func;
  }
}
