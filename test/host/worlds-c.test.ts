import { c } from '../../extension/scaffold/world/c.ts';
import { testWorldProjects } from './world-projects.ts';

testWorldProjects('c', c);
