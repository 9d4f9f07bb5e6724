import type { Diagnostic, Project } from '../project/project.ts';
import { formatDiagnostic } from './diagnostics/lines.ts';
import { commandsHere } from './install.ts';
import type { BuildRequest, BuildResult, Install } from './toolchain.ts';

/** Says that something is not installed, and the command that installs it. */
export function missing({ folder }: Project, what: string, install: readonly Install[]): string {
  return `${what}, is not installed. Run in ${folder}: ${commandsHere(install)[0] ?? ''}`;
}

/** Prints diagnostics as the problem matchers read them. */
export function report(request: BuildRequest, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) request.write(formatDiagnostic(diagnostic));
}

export function failed(failure: string | undefined, diagnostics: readonly Diagnostic[] = []): BuildResult {
  return { ok: false, diagnostics, ...(failure === undefined ? {} : { failure }) };
}
