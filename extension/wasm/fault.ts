/**
 * A guest broke a rule of the component model. The real hosts trap then, V8 would often go on: the
 * rules are the canonical ABI's, https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md
 */
export class GuestFault extends WebAssembly.RuntimeError {
  override readonly name = 'GuestFault';
  /** What happened, for the sentence «process trapped: …»; the message is what the engine of the real hosts says. */
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;

  constructor(
    message: string,
    { what = message, advice = BINDINGS }: { what?: string; advice?: string } = {},
  ) {
    super(message);
    this.what = what;
    this.advice = advice;
  }
}

const BINDINGS =
  'The real host ends the call, too. Generate the bindings anew from the WIT and build again; if it stays, look for memory that was freed or overwritten before the call.';
