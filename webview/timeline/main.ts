import { connect } from '../client.ts';
import { panelRoot } from '../dom.ts';
import { timelinePanel } from './panel.ts';

const connection = connect();
timelinePanel(panelRoot(), connection);
connection.ready();
