import { z } from 'zod';
import { NOTIFICATION_CATEGORIES } from './index';

/** A category where pages see it: there will be more, and a page that does not know one shows it without a picture. */
export const notificationCategorySchema = z.enum(NOTIFICATION_CATEGORIES).meta({ 'x-grows': true });
