import { ROOM_ACCESS, ROOM_ROLES } from '@skelly/types/room';
import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { moment } from './columns';
import { users } from './members';

export const room = pgTable('room', {
  id: uuid('id').primaryKey(),
  name: text('name').notNull(),
  access: text('access', { enum: ROOM_ACCESS }).notNull(),
  invitationCode: text('invitation_code').unique(),
  createdBy: uuid('created_by').references(() => users.id, { onDelete: 'set null' }),
  createdAt: moment('created_at').notNull().defaultNow(),
});

const ofRoom = () => uuid('room_id').references(() => room.id, { onDelete: 'cascade' });
const ofUser = () => uuid('user_id').references(() => users.id, { onDelete: 'cascade' });

export const roomMembership = pgTable(
  'room_membership',
  {
    roomId: ofRoom().notNull(),
    userId: ofUser().notNull(),
    role: text('role', { enum: ROOM_ROLES }).notNull(),
    joinedAt: moment('joined_at').notNull().defaultNow(),
    removedAt: moment('removed_at'),
  },
  (table) => [primaryKey({ columns: [table.roomId, table.userId] })],
);

export const roomNote = pgTable('room_note', {
  id: uuid('id').primaryKey(),
  roomId: ofRoom().notNull(),
  userId: ofUser().notNull(),
  body: text('body').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
  removedAt: moment('removed_at'),
  removedBy: uuid('removed_by').references(() => users.id, { onDelete: 'set null' }),
});
