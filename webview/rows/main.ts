import { panelRoot } from '../dom.ts';
import { connectRows } from './client.ts';
import { rowsPanel } from './panel.ts';

rowsPanel(panelRoot(), connectRows());
