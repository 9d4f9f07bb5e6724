import { panelRoot } from '../dom.ts';
import { timelinePanel } from './panel.ts';

timelinePanel(panelRoot());
