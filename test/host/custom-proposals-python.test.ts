import { join } from 'node:path';
import { testProposals } from './custom-proposals.ts';

await testProposals({ language: 'python', from: 'app.py', to: join('src', 'app.py') });
