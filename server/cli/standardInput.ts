/**
 * All of standard input.
 * @throws where it is not UTF-8
 */
export async function readStandardInput(): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of process.stdin) parts.push(part);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch {
    throw new Error('The text on standard input is not UTF-8');
  }
}
