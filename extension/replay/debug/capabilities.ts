import type { DebugProtocol } from '@vscode/debugprotocol';

/** Filters of `setExceptionBreakpoints`. */
export const FILTERS = { trap: 'trap', difference: 'difference' } as const;

/** What a debug session can do, and what its exception breakpoints are; `defaults` of the launch configuration count where nobody says otherwise. */
export const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsStepBack: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsRestartFrame: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.'],
  supportsExceptionOptions: false,
  supportsExceptionFilterOptions: true,
  supportsExceptionInfoRequest: true,
  supportsReadMemoryRequest: true,
  supportsTerminateRequest: true,
  supportsDelayedStackTraceLoading: false,
  supportsLoadedSourcesRequest: false,
  supportsSteppingGranularity: false,
  exceptionBreakpointFilters: [
    {
      filter: FILTERS.trap,
      label: 'Failures',
      description: 'Stops where the plugin traps, returns an error or does not return.',
      default: true,
      supportsCondition: true,
      conditionDescription: 'For example outcome.includes("index out of bounds")',
    },
    {
      filter: FILTERS.difference,
      label: 'First Difference',
      description:
        'Stops at the first event that does not go as it did in the recording; in a branch, as in the original.',
      default: true,
      supportsCondition: true,
      conditionDescription: 'For example difference.name == "send-output"',
    },
  ],
};
