export { compareFeatureMap, type FeatureMap, type Inventory, KINDS, type Kind } from './compare';
export { filesOf, pagesOf, pushesOf, servicesOf } from './inventory';
