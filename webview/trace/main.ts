import { tracePanel } from './panel.ts';
import { panelRoot } from '../dom.ts';

tracePanel(panelRoot());
