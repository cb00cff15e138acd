import type { ExportedText } from '../../../src-contract/schedule.ts';

/** Hands a text to the browser as a file; nothing is asked of any server. */
export function download({ file_name, media_type, text }: ExportedText): void {
  const address = URL.createObjectURL(new Blob([text], { type: media_type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = file_name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
