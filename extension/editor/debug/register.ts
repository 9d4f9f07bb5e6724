import * as vscode from 'vscode';

import { DEBUG_TYPE } from '../names.ts';
import type { Services } from '../services.ts';
import type { Adapters } from './adapter.ts';
import { registerBranchDocuments } from './branch.ts';
import { Configurations } from './configurations.ts';
import { followDebugger } from './position.ts';

/** The debugger of recordings, as far as the editor has a part in it. */
export function registerDebugger(adapters: Adapters, services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, adapters),
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, new Configurations(services)),
    registerBranchDocuments(),
    followDebugger(services),
  );
}
