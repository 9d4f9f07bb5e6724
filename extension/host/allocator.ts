/**
 * What the host process runs with on Linux: the C library keeps what large buffers leave behind, thread by
 * thread, and a run over a large file grows by 100 MB and more by that. With these, buffers of 128 KiB and more go
 * back to the system when they are let go, at no cost that shows. Other systems take no notice. Source: glibc's
 * mallopt(3).
 */
export const ALLOCATOR: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
};
