import { fillSnippets } from '../packages/testkit/src/docs/snippets';
import { environmentTable } from './environment-table';

const TABLE = /(<!-- environment -->)[\s\S]*?(<!-- \/environment -->)/g;

/** A page of docs/guides with what is made from files and code. @param root the checkout. @param page relative to it */
export function guidePage(root: string, page: string): string {
  return fillSnippets(root, page).replace(
    TABLE,
    (_all, begin: string, end: string) => `${begin}\n\n${environmentTable()}\n\n${end}`,
  );
}
