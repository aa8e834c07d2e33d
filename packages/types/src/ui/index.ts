export { type Interaction, uiInteraction } from './events';
