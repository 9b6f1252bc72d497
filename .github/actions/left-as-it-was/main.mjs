import { writeFileSync } from 'node:fs';
import { OWN, PYPIRC } from './pypirc.mjs';

writeFileSync(PYPIRC, OWN, { flag: 'wx' });
