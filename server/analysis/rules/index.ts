import { lostFunction } from './lostFunction';
import { lostLibrary } from './lostLibrary';
import { lostVariable } from './lostVariable';
import type { Rule } from './rule';
import { trapDeletesState } from './trapDeletesState';

/** All rules: a new one is a file of its own and a line here. */
export const RULES: readonly Rule[] = [lostVariable, lostFunction, lostLibrary, trapDeletesState];
