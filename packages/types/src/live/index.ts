export * from './channels';
export * from './close';
export * from './frames';
