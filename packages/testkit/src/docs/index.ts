export { startMailSink } from '@skelly/devstack';
export { copyRepository, type RepositoryCopy } from './copy-repository';
export { applyStep, type GuideStep, readGuide } from './guide';
export { findBrokenLinks, findMissingPaths, namedScripts } from './links';
export { openMemberStream } from './member-stream';
export { type SourceProcess, startFromSource } from './source-process';
