export { createRoom } from './create-room';
export { joinByInvitation, joinRoom, leaveRoom, membersAmong, removeMember } from './membership';
export { listNotes, postNote, removeNote } from './note';
export { getRoom, listRooms } from './room';
