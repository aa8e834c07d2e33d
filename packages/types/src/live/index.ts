export * from './channels';
export * from './client-frames';
export * from './close';
export * from './frames';
