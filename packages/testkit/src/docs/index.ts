export { startMailSink } from '@skelly/devstack';
export { type SourceProcess, startFromSource } from '../process';
export { type CommandTree, findCommandProblem, namedCommands } from './commands';
export { copyRepository, type RepositoryCopy } from './copy-repository';
export { applyStep, type GuideStep, readGuide } from './guide';
export { findBrokenLinks, findMissingPaths, namedScripts } from './links';
export { openMemberStream } from './member-stream';
export { countSnippets, fillSnippets } from './snippets';
