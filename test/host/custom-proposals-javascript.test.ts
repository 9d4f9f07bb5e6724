import { join } from 'node:path';
import { testProposals } from './custom-proposals.ts';

await testProposals({ language: 'javascript', from: 'plugin.js', to: join('src', 'plugin.js') });
