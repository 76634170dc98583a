# Sourced where queries run. Results are a few large buffers, each made anew: what they took is kept for the next ones, as the allocators
# of other engines do, instead of being given back and faulted in page by page. One arena, as only the first one holds large buffers.
# What is set already stays. Without effect where the C library is not glibc.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-1073741824}"
export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-268435456}"
# Huge pages for large buffers, where the system gives them to those who ask (transparent_hugepage madvise, the default of most): the first
# touch of a buffer is one fault for 2 MB instead of 512.
case "${GLIBC_TUNABLES:-}" in
  *glibc.malloc.hugetlb=*) ;;
  *) export GLIBC_TUNABLES="${GLIBC_TUNABLES:+$GLIBC_TUNABLES:}glibc.malloc.hugetlb=1" ;;
esac
