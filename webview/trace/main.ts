import { tracePanel } from './panel.ts';
import { connect } from '../client.ts';
import { panelRoot } from '../dom.ts';

const connection = connect();
tracePanel(panelRoot(), connection);
connection.ready();
