import { useEffect } from 'react';

/** Puts the unread count before the title of the tab, whatever page sets it. */
export function useTitleCount(unread: number): void {
  useEffect(() => {
    const count = () => {
      const title = document.title.replace(/^\(\d+\+?\) /, '');
      const counted = unread === 0 ? title : `(${unread > 99 ? '99+' : unread}) ${title}`;
      if (document.title !== counted) document.title = counted;
    };
    count();
    const observer = new MutationObserver(count);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [unread]);
}
