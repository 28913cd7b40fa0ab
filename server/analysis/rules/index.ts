import { closedInput } from './closedInput';
import { fifoBetweenBlocks } from './fifoBetweenBlocks';
import { inertErrexit } from './inertErrexit';
import { lostAlias } from './lostAlias';
import { lostDirectory } from './lostDirectory';
import { lostFunction } from './lostFunction';
import { lostInProse } from './lostInProse';
import { lostJob } from './lostJob';
import { lostLibrary } from './lostLibrary';
import { lostOption } from './lostOption';
import { lostStatus } from './lostStatus';
import { lostTrap } from './lostTrap';
import { lostVariable } from './lostVariable';
import { missingEnvironment } from './missingEnvironment';
import { predictableTemporaryFile } from './predictableTemporaryFile';
import { resetToDefault } from './resetToDefault';
import type { Rule } from './rule';
import { stateLeftBehind } from './stateLeftBehind';
import { statePathMismatch } from './statePathMismatch';
import { substitutedArgument } from './substitutedArgument';
import { trapDeletesState } from './trapDeletesState';
import { unavailableHostVariable } from './unavailableHostVariable';
import { unguardedLoad } from './unguardedLoad';
import { unquotedStateValue } from './unquotedStateValue';
import { unresolvedLibrary } from './unresolvedLibrary';
import { unsavedVariable } from './unsavedVariable';
import { unstablePath } from './unstablePath';

/** All rules: a new one is a file of its own and a line here. */
export const RULES: readonly Rule[] = [
  lostVariable,
  lostFunction,
  lostLibrary,
  lostInProse,
  unsavedVariable,
  unstablePath,
  statePathMismatch,
  trapDeletesState,
  unresolvedLibrary,
  substitutedArgument,
  unavailableHostVariable,
  resetToDefault,
  unguardedLoad,
  fifoBetweenBlocks,
  predictableTemporaryFile,
  unquotedStateValue,
  stateLeftBehind,
  missingEnvironment,
  lostAlias,
  lostOption,
  lostTrap,
  lostJob,
  lostStatus,
  lostDirectory,
  inertErrexit,
  closedInput,
];
