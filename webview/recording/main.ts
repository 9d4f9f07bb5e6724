import { connect } from '../client.ts';
import { panelRoot } from '../dom.ts';
import { recordingPage } from './page.ts';

const connection = connect();
recordingPage(panelRoot(), connection);
connection.ready();
