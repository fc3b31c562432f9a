/** Files that are dropped anywhere on the page. Without this the browser leaves the portal and opens them. */
import { useEffect, useRef, useState } from 'react';

/** Calls `onFiles` with files that are dropped. Returns true while files are dragged over the page. */
export function useDrop(onFiles: (files: FileList) => void): boolean {
  const take = useRef(onFiles);
  take.current = onFiles;
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      // Elements of the page are left all the time; only the window has nothing beside it.
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      const files = event.dataTransfer?.files;
      setOver(false);
      if (files === undefined || files.length === 0) return;
      event.preventDefault();
      take.current(files);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return isOver;
}
