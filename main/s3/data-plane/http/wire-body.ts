/** The body of a request, as it is handed to the socket. */
export type WireBody = {
  readonly sizeBytes: number;
  /**
   * At most so many bytes from there on, at least one. They must stay as they are until the next call, which comes when
   * the kernel has them. What it throws ends the request.
   */
  slice(offset: number, maxBytes: number): Uint8Array;
};

/** Of bytes that stay as they are until the request has ended. */
export function bodyOfBytes(bytes: Uint8Array): WireBody {
  return { sizeBytes: bytes.length, slice: (offset, maxBytes) => bytes.subarray(offset, offset + maxBytes) };
}
