import { go } from '../../extension/scaffold/world/go.ts';
import { testWorldProjects } from './world-projects.ts';

testWorldProjects('go', go);
