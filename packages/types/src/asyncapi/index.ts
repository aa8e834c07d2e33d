export { createAsyncApiDocument } from './document';
